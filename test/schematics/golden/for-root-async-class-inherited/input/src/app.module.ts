import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';
import { C } from './c.js';

@Module({ imports: [StreamingModule.forRootAsync({ useClass: C })] })
export class AppModule {}
