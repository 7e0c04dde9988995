import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({ gateway: { maxConnections: 5, rateLimit: { max: 1, maxMessages: 2, maxConnections: 7, windowMs: 1000 } } } as object)],
})
export class AppModule {}
