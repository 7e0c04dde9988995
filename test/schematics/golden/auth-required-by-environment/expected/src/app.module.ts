import { Module } from '@nestjs/common';
import { StreamingModule, JwtStrategy } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({
      gateway: {
        authentication: process.env.WEBSOCKET_AUTH_REQUIRED === 'true' ? {
          strategies: [new JwtStrategy({ secret: process.env.JWT_SECRET ?? '' })],
        } : false,
      },
    })],
})
export class AppModule {}
