import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

const maxConnections = 5;
const heartbeatInterval = 1000;

@Module({
  imports: [StreamingModule.forRoot({ gateway: { enabled: true, websocket: { maxConnections, heartbeatInterval } } })],
})
export class AppModule {}
