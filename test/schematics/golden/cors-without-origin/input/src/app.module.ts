import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({ websocket: { enabled: true }, gateway: { cors: { origin: process.env.CORS_ORIGIN, credentials: true } } } as object)],
})
export class AppModule {}
