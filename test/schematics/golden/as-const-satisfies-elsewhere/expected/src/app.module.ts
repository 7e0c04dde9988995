import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';
import { streaming } from './config/index.js';

@Module({ imports: [StreamingModule.forRoot(streaming)] })
export class AppModule {}
