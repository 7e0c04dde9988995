import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

const base = { enabled: true, maxConnections: 5 };

@Module({
  imports: [StreamingModule.forRoot({ gateway: { ...base, rateLimit: { maxMessages: 5, windowMs: 1000 } } })],
})
export class AppModule {}
