import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  // TODO(@hive-academy/langgraph-streaming): UNKNOWN_KEY: remove it or move it by hand
  // TODO(@hive-academy/langgraph-streaming): SWITCHED_OFF: write `enabled: true` if the gateway should listen
  imports: [StreamingModule.forRoot({ gateway: { websocket: { maxConnections: 5, perMessageDeflate: true }, enabled: false } } as object)],
})
export class AppModule {}
