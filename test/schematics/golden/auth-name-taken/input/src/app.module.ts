import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

class JwtStrategy {}
export const passport = JwtStrategy;

@Module({
  imports: [StreamingModule.forRoot({ gateway: { auth: { required: true, jwtSecret: 'x'.repeat(32) } } })],
})
export class AppModule {}
