import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  // TODO(@hive-academy/langgraph-streaming): DUPLICATE_KEY: keep the key that should count and remove the other key
  // TODO(@hive-academy/langgraph-streaming): SWITCHED_OFF: write `enabled: true` if the gateway should listen
  imports: [StreamingModule.forRoot({ gateway: { maxConnections: 10, websocket: { maxConnections: 5 }, enabled: false } })],
})
export class AppModule {}
