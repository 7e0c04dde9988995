import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  // TODO(@hive-academy/langgraph-streaming): DUPLICATE_KEY: keep the one that should count and remove the other
  imports: [StreamingModule.forRoot({ gateway: { maxConnections: 5, rateLimit: { max: 1, maxMessages: 2, maxConnections: 7, windowMs: 1000 } } } as object)],
})
export class AppModule {}
