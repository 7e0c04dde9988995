import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({
      gateway: {
        enabled: true,
        auth: {
          required: true,
          jwtSecret: process.env.JWT_SECRET ?? '',
        },
      },
    })],
})
export class AppModule {}
