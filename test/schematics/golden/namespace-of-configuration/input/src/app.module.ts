import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';
import * as config from './config';

@Module({
  imports: [StreamingModule.forRoot(config.streaming)],
})
export class AppModule {}
