import { Module } from '@nestjs/common';
import { StreamingModule, JwtStrategy } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({ gateway: { authentication: { strategies: [new JwtStrategy({ secret: 'x'.repeat(32) })] }, enabled: true, port: 3000 } })],
})
export class AppModule {}
