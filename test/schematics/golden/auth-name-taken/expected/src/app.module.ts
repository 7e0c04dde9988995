import { Module } from '@nestjs/common';
import { StreamingModule, JwtStrategy as StreamingJwtStrategy } from '@hive-academy/langgraph-streaming';

class JwtStrategy {}
export const passport = JwtStrategy;

@Module({
  imports: [StreamingModule.forRoot({ gateway: { authentication: { strategies: [new StreamingJwtStrategy({ secret: 'x'.repeat(32) })] } } })],
})
export class AppModule {}
