import { Module } from '@nestjs/common';
import { StreamingModule, JwtStrategy } from '@hive-academy/langgraph-streaming';

const auth = { strategies: [new JwtStrategy({ secret: 'x'.repeat(32) })] };

@Module({
  imports: [StreamingModule.forRoot({ gateway: { authentication: auth } })],
})
export class AppModule {}
