import { Module } from '@nestjs/common';
import { StreamingModule, JwtStrategy } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({
      gateway: {
        authentication: process.env.NODE_ENV === 'production' ? { strategies: [new JwtStrategy({ secret: 'x'.repeat(32) })] } : false,
      },
    })],
})
export class AppModule {}
