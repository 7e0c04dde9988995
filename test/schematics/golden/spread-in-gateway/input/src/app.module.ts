import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

const base = { enabled: true, websocket: { maxConnections: 5 } };

@Module({
  imports: [StreamingModule.forRoot({ gateway: { ...base, rateLimit: { max: 5, windowMs: 1000 } } })],
})
export class AppModule {}
