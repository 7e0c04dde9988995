import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

const flags: { auth?: boolean; secret: string } = { secret: 'x'.repeat(32) };

@Module({
  imports: [StreamingModule.forRoot({ gateway: { auth: { required: flags.auth, jwtSecret: flags.secret } } })],
})
export class AppModule {}
