import { Module } from "@nestjs/common";
import { StreamingModule } from "@hive-academy/langgraph-streaming";

@Module({
  imports: [StreamingModule.forRoot({
      "gateway": { "enabled": true, "maxConnections": 5, "pingIntervalMs": 1000 },
    })],
})
export class AppModule {}
