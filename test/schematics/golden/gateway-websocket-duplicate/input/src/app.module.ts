import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({ gateway: { maxConnections: 10, websocket: { maxConnections: 5 } } })],
})
export class AppModule {}
