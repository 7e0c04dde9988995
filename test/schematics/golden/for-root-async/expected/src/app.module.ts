import { Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { StreamingModule, JwtStrategy } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRootAsync({
      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({
        gateway: {
          authentication: { strategies: [new JwtStrategy({ secret: config.getOrThrow<string>('JWT_SECRET') })] },
          enabled: true,
          port: config.get<number>('PORT', 3000),
        },
      }),
    })],
})
export class AppModule {}
