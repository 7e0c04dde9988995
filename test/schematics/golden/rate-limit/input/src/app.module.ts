import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({ gateway: { rateLimit: { max: 100, windowMs: 60_000, skip: (socket) => socket.id === 'x' } } } as object)],
})
export class AppModule {}
