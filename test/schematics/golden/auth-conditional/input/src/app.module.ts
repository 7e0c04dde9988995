import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({
      gateway: {
        auth: process.env.NODE_ENV === 'production' ? { required: true, jwtSecret: 'x'.repeat(32) } : { required: false },
      },
    })],
})
export class AppModule {}
