import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [
    process.env.CI
      ? StreamingModule.forRoot({ websocket: { enabled: false } })
      : StreamingModule.forRoot({ websocket: { enabled: true } }),
  ],
})
export class AppModule {}
