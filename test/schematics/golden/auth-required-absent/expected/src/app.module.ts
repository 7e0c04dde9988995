import { Module } from '@nestjs/common';
import { StreamingModule, JwtStrategy } from '@hive-academy/langgraph-streaming';

const secret = 'x'.repeat(32);

@Module({
  imports: [StreamingModule.forRoot({ gateway: { enabled: true, authentication: { strategies: [new JwtStrategy({ secret })] } } })],
})
export class AppModule {}
