import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

const rateLimit = { maxMessages: 100, windowMs: 60000 };

@Module({
  // TODO(@hive-academy/langgraph-streaming): SWITCHED_OFF: write `enabled: true` if the gateway should listen
  imports: [StreamingModule.forRoot({ gateway: { rateLimit, enabled: false } })],
})
export class AppModule {}
