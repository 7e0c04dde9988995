import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

const base = { gateway: { maxConnections: 5, enabled: false } };

@Module({
  imports: [StreamingModule.forRoot({ ...base, gateway: { enabled: true, port: 8080 } })],
})
export class AppModule {}
