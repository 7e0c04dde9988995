import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({
      gateway: {
        auth: {
          required: false, // internal network only
          jwtSecret: 'unused',
        },
      },
    })],
})
export class AppModule {}
