import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

const gateway = process.env.CI ? { cors: false as const } : undefined;

@Module({
  imports: [
    StreamingModule.forRoot({ websocket: { enabled: true }, gateway: undefined }),
    StreamingModule.forRoot({ websocket: { enabled: true }, gateway }),
    StreamingModule.forRoot({ websocket: { enabled: true }, gateway: process.env.CI ? { cors: false } : undefined }),
  ],
})
export class AppModule {}
