import { Module } from '@nestjs/common';
import { StreamingModule, JwtStrategy } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({ gateway: { enabled: true, authentication: { strategies: [new JwtStrategy({ secret: 'x'.repeat(32) })] } } } as object)],
})
export class AppModule {}
