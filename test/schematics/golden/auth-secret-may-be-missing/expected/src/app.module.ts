import { ConfigService } from '@nestjs/config';
import { Module } from '@nestjs/common';
import { StreamingModule, JwtStrategy } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [
    StreamingModule.forRoot({ gateway: { authentication: { strategies: [new JwtStrategy({ secret: process.env.JWT_SECRET ?? '' })] } } }),
    StreamingModule.forRootAsync({
      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({
        gateway: { authentication: { strategies: [new JwtStrategy({ secret: config.get<string>('JWT_SECRET') ?? '' })] } },
      }),
    }),
  ],
})
export class AppModule {}
