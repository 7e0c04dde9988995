import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  // TODO(@hive-academy/langgraph-streaming): DUPLICATE_KEY: keep the key that should count and remove the other key
  // TODO(@hive-academy/langgraph-streaming): SWITCHED_OFF: write `enabled: true` if the gateway should listen
  imports: [StreamingModule.forRoot({ gateway: { maxConnections: 5, rateLimit: { max: 1, maxMessages: 2, maxConnections: 7, windowMs: 1000 }, enabled: false } } as object)],
})
export class AppModule {}
