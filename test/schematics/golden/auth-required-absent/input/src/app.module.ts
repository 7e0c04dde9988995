import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

const secret = 'x'.repeat(32);

@Module({
  imports: [StreamingModule.forRoot({ gateway: { enabled: true, auth: { jwtSecret: secret } } })],
})
export class AppModule {}
