import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

const auth = { required: true, jwtSecret: 'x'.repeat(32) };

@Module({
  imports: [StreamingModule.forRoot({ gateway: { auth } })],
})
export class AppModule {}
