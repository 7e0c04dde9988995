import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

const max = 10;

@Module({
  imports: [StreamingModule.forRoot({ gateway: { rateLimit: { max, windowMs: 1000 } } })],
})
export class AppModule {}
