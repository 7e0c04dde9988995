import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

declare function more(): object;

@Module({
  imports: [StreamingModule.forRoot({ gateway: { websocket: { ...more(), maxConnections: 5 } } })],
})
export class AppModule {}
