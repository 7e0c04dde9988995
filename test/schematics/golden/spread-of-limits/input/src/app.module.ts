import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

const limits = { heartbeatInterval: 9_000 };
const rate = { max: 3 };

@Module({
  imports: [StreamingModule.forRoot({ gateway: { enabled: true, websocket: { ...limits, maxConnections: 5 }, rateLimit: { ...rate, max: 7 } } })],
})
export class AppModule {}
