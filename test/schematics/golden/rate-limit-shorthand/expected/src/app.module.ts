import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

const max = 10;

@Module({
  // TODO(@hive-academy/langgraph-streaming): SWITCHED_OFF: write `enabled: true` if the gateway should listen
  imports: [StreamingModule.forRoot({ gateway: { rateLimit: { maxMessages: max, windowMs: 1000 }, enabled: false } })],
})
export class AppModule {}
