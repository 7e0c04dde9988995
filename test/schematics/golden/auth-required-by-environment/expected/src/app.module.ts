import { Module } from '@nestjs/common';
import { StreamingModule, JwtStrategy } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({
      // TODO(@hive-academy/langgraph-streaming): SWITCHED_OFF: write `enabled: true` if the gateway should listen
      gateway: {
        authentication: process.env.WEBSOCKET_AUTH_REQUIRED === 'true' ? {
          strategies: [new JwtStrategy({ secret: process.env.JWT_SECRET ?? '' })],
        } : false,
        enabled: false,
      },
    })],
})
export class AppModule {}
