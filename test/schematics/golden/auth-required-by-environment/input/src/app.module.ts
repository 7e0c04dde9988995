import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({
      gateway: {
        auth: {
          required: process.env.WEBSOCKET_AUTH_REQUIRED === 'true',
          jwtSecret: process.env.JWT_SECRET ?? '',
        },
      },
    })],
})
export class AppModule {}
