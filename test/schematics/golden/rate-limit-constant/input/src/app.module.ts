import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

const rateLimit = { max: 100, windowMs: 60000 };

@Module({
  imports: [StreamingModule.forRoot({ gateway: { rateLimit } })],
})
export class AppModule {}
