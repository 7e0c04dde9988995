import { ConfigService } from '@nestjs/config';
import { Module } from '@nestjs/common';
import { StreamingModule, JwtStrategy } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [
    // TODO(@hive-academy/langgraph-streaming): SWITCHED_OFF: write `enabled: true` if the gateway should listen
    StreamingModule.forRoot({ gateway: { authentication: { strategies: [new JwtStrategy({ secret: process.env.JWT_SECRET ?? '' })] }, enabled: false } }),
    // TODO(@hive-academy/langgraph-streaming): SECOND_FOR_ROOT: call `forRoot` once, in the root module
    StreamingModule.forRootAsync({
      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({
        // TODO(@hive-academy/langgraph-streaming): SWITCHED_OFF: write `enabled: true` if the gateway should listen
        gateway: { authentication: { strategies: [new JwtStrategy({ secret: config.get<string>('JWT_SECRET') ?? '' })] }, enabled: false },
      }),
    }),
  ],
})
export class AppModule {}
