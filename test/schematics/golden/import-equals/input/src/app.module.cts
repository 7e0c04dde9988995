import { Module } from '@nestjs/common';
import streaming = require('@hive-academy/langgraph-streaming');
import Live = streaming.StreamingModule;

@Module({ imports: [Live.forRoot({ websocket: { enabled: true, port: 3000 } })] })
export class AppModule {}
