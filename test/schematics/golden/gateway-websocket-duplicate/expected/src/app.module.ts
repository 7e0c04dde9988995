import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  // TODO(@hive-academy/langgraph-streaming): DUPLICATE_KEY: keep the one that should count and remove the other
  imports: [StreamingModule.forRoot({ gateway: { maxConnections: 10, websocket: { maxConnections: 5 } } })],
})
export class AppModule {}
