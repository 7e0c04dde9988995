import { Module } from '@nestjs/common';
import { StreamingModule, type StreamingModuleOptions } from '@hive-academy/langgraph-streaming';

const byStage: Record<string, StreamingModuleOptions> = {
  dev: { websocket: { enabled: true, port: 3000 } },
  prod: { websocket: { enabled: false }, defaultBufferSize: 5 },
};

@Module({ imports: [StreamingModule.forRoot(byStage[process.env.CI ? 'prod' : 'dev'])] })
export class AppModule {}
