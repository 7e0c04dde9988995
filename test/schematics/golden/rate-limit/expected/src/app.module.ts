import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  // TODO(@hive-academy/langgraph-streaming): SWITCHED_OFF: write `enabled: true` if the gateway should listen
  imports: [StreamingModule.forRoot({ gateway: { rateLimit: { maxMessages: 100, windowMs: 60_000, skip: (socket) => socket.id === 'x' }, enabled: false } } as object)],
})
export class AppModule {}
