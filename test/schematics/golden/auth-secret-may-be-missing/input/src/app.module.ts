import { ConfigService } from '@nestjs/config';
import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [
    StreamingModule.forRoot({ gateway: { auth: { jwtSecret: process.env.JWT_SECRET } } }),
    StreamingModule.forRootAsync({
      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({
        gateway: { auth: { required: true, jwtSecret: config.get<string>('JWT_SECRET') } },
      }),
    }),
  ],
})
export class AppModule {}
