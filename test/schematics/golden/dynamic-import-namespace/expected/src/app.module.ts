import { Module } from '@nestjs/common';

async function load() {
  const lib = await import('@hive-academy/langgraph-streaming');
  return lib.StreamingModule.forRoot({ gateway: { enabled: true } });
}

@Module({ imports: [load()] })
export class AppModule {}
