import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({ websocket: { enabled: false, port: 3000 }, gateway: { enabled: true, websocket: { maxConnections: 500 } } })],
})
export class AppModule {}
