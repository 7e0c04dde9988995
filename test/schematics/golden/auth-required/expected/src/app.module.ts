import { Module } from '@nestjs/common';
import { StreamingModule, JwtStrategy } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({
      gateway: {
        enabled: true,
        authentication: {
          strategies: [new JwtStrategy({ secret: process.env.JWT_SECRET ?? '' })],
        },
      },
    })],
})
export class AppModule {}
