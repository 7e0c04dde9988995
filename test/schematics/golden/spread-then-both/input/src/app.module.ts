import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

const base = { websocket: { enabled: false }, gateway: { websocket: { maxConnections: 5 } } };

@Module({
  imports: [StreamingModule.forRoot({ ...base, websocket: { enabled: true, port: 8080 }, gateway: { enabled: true } })],
})
export class AppModule {}
