import { Module } from '@nestjs/common';
import { StreamingModule, JwtStrategy } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({
      // TODO(@hive-academy/langgraph-streaming): SWITCHED_OFF: write `enabled: true` if the gateway should listen
      gateway: {
        authentication: process.env.NODE_ENV === 'production' ? { strategies: [new JwtStrategy({ secret: 'x'.repeat(32) })] } : false,
        enabled: false,
      },
    })],
})
export class AppModule {}
