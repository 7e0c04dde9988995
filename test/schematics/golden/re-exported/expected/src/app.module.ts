import { Module } from '@nestjs/common';
import { Live } from './live';
import { JwtStrategy } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [Live.forRoot({ gateway: { authentication: { strategies: [new JwtStrategy({ secret: 'x'.repeat(32) })] }, enabled: true, port: 1 } })],
})
export class AppModule {}
