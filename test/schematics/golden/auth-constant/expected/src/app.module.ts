import { Module } from '@nestjs/common';
import { StreamingModule, JwtStrategy } from '@hive-academy/langgraph-streaming';

const auth = { strategies: [new JwtStrategy({ secret: 'x'.repeat(32) })] };

@Module({
  // TODO(@hive-academy/langgraph-streaming): SWITCHED_OFF: write `enabled: true` if the gateway should listen
  imports: [StreamingModule.forRoot({ gateway: { authentication: auth, enabled: false } })],
})
export class AppModule {}
