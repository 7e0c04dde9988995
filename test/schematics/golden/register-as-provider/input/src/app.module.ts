import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';
import streamingConfig from './streaming.config';

@Module({
  imports: [StreamingModule.forRootAsync(streamingConfig.asProvider())],
})
export class AppModule {}
