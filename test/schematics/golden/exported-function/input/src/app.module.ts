import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';
import { streamingConfig } from './config';

@Module({
  imports: [StreamingModule.forRoot(streamingConfig())],
})
export class AppModule {}
