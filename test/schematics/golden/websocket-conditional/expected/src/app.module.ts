import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({
      gateway: process.env.NODE_ENV === 'test' ? { enabled: false } : { enabled: true, port: 8080 },
    })],
})
export class AppModule {}
