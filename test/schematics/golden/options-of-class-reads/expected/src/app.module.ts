import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

export class Config {
  static readonly live = { streaming: { websocket: { enabled: true, port: 3000 } } };
  static test() {
    return { websocket: { enabled: false } };
  }
}

const isTest = process.env.NODE_ENV === 'test';

@Module({
  imports: [StreamingModule.forRoot(isTest ? Config.test() : Config.live.streaming)],
})
export class AppModule {}
