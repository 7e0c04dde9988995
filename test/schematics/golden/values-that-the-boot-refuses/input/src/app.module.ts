import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

const LIMIT = 5;

@Module({
  imports: [StreamingModule.forRoot({ websocket: { enabled: true, port: 70_000 }, defaultBufferSize: 0, gateway: { websocket: { maxConnections: LIMIT - 5 } } })],
})
export class AppModule {}
