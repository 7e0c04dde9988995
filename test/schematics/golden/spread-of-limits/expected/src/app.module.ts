import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

const limits = { pingIntervalMs: 9_000 };
const rate = { maxMessages: 3 };

@Module({
  imports: [StreamingModule.forRoot({ gateway: { enabled: true, ...limits, maxConnections: 5, rateLimit: { ...rate, maxMessages: 7 } } })],
})
export class AppModule {}
