import { Module } from '@nestjs/common';
import { StreamingModule, JwtStrategy } from '@hive-academy/langgraph-streaming';

const flags: { auth?: boolean; secret: string } = { secret: 'x'.repeat(32) };

@Module({
  // TODO(@hive-academy/langgraph-streaming): SWITCHED_OFF: write `enabled: true` if the gateway should listen
  imports: [StreamingModule.forRoot({ gateway: { authentication: flags.auth === false ? false : { strategies: [new JwtStrategy({ secret: flags.secret })] }, enabled: false } })],
})
export class AppModule {}
