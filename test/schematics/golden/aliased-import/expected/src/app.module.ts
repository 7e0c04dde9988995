import { Module } from '@nestjs/common';
import { StreamingModule as Live } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [Live.forRoot({ gateway: { enabled: true, port: 1 } })],
})
export class AppModule {}
