import { Module } from '@nestjs/common';

async function load() {
  const lib = await import('@hive-academy/langgraph-streaming');
  return lib.StreamingModule.forRoot({ websocket: { enabled: true } });
}

@Module({ imports: [load()] })
export class AppModule {}
