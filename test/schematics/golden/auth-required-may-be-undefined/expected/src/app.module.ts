import { Module } from '@nestjs/common';
import { StreamingModule, JwtStrategy } from '@hive-academy/langgraph-streaming';

const flags: { auth?: boolean; secret: string } = { secret: 'x'.repeat(32) };

@Module({
  imports: [StreamingModule.forRoot({ gateway: { authentication: flags.auth === false ? false : { strategies: [new JwtStrategy({ secret: flags.secret })] } } })],
})
export class AppModule {}
