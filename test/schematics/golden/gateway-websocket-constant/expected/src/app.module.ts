import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

const LIMITS = { maxConnections: 5, pingIntervalMs: 1000 };

@Module({
  imports: [StreamingModule.forRoot({ gateway: { enabled: true, ...LIMITS } })],
})
export class AppModule {}
