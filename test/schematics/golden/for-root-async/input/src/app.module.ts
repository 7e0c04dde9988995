import { Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRootAsync({
      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({
        websocket: { enabled: true, port: config.get<number>('PORT', 3000) },
        gateway: {
          auth: { required: true, jwtSecret: config.getOrThrow<string>('JWT_SECRET') },
        },
      }),
    })],
})
export class AppModule {}
