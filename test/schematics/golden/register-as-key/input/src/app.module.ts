import { Module } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { StreamingModule } from '@hive-academy/langgraph-streaming';
import { streamingConfig } from './streaming.config';

@Module({
  imports: [StreamingModule.forRootAsync({
      inject: [streamingConfig.KEY],
      useFactory: (config: ConfigType<typeof streamingConfig>) => config,
    })],
})
export class AppModule {}
