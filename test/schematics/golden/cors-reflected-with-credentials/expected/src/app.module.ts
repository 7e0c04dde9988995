import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  // TODO(@hive-academy/langgraph-streaming): CORS_REFLECTED: name the origins that may connect
  imports: [StreamingModule.forRoot({ gateway: { enabled: true, cors: { origin: process.env.CORS_ORIGIN || true, credentials: true } } })],
})
export class AppModule {}
