import { Module } from '@nestjs/common';

@Module({ imports: [import('@hive-academy/langgraph-streaming').then((m) => m.StreamingModule.forRoot({ websocket: { enabled: true } }))] })
export class AppModule {}
