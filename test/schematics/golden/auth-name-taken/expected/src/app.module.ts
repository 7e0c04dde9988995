import { Module } from '@nestjs/common';
import { StreamingModule, JwtStrategy as StreamingJwtStrategy } from '@hive-academy/langgraph-streaming';

class JwtStrategy {}
export const passport = JwtStrategy;

@Module({
  // TODO(@hive-academy/langgraph-streaming): SWITCHED_OFF: write `enabled: true` if the gateway should listen
  imports: [StreamingModule.forRoot({ gateway: { authentication: { strategies: [new StreamingJwtStrategy({ secret: 'x'.repeat(32) })] }, enabled: false } })],
})
export class AppModule {}
