import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';
import { Conf } from './conf.js';

@Module({ imports: [StreamingModule.forRoot({ websocket: Conf.websocket })] })
export class AppModule {}
