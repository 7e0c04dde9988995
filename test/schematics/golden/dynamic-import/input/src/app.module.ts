import { Module } from '@nestjs/common';

async function load() {
  const { StreamingModule } = await import('@hive-academy/langgraph-streaming');
  return StreamingModule.forRoot({ websocket: { enabled: true } });
}

@Module({ imports: [load()] })
export class AppModule {}

export async function loadOld() {
  const { LanggraphStreamingModule } = await import('@hive-academy/langgraph-streaming');
  return LanggraphStreamingModule;
}
