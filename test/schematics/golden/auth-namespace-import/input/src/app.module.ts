import { Module } from '@nestjs/common';
import * as streaming from '@hive-academy/langgraph-streaming';

@Module({
  imports: [streaming.StreamingModule.forRoot({ gateway: { auth: { jwtSecret: 'x'.repeat(32) } } })],
})
export class AppModule {}
