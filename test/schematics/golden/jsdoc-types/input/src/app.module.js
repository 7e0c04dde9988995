import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';
import { options } from './options.js';

@Module({ imports: [StreamingModule.forRoot(options)] })
export class AppModule {}
