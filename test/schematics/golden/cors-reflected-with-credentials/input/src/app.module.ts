import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({ gateway: { enabled: true, cors: { origin: process.env.CORS_ORIGIN || true, credentials: true } } })],
})
export class AppModule {}
