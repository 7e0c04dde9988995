import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({
      gateway: {
        maxConnections: 5,
        pingIntervalMs: 1000, // the proxy cuts at 60 s
        enabled: true,
      },
    })],
})
export class AppModule {}
