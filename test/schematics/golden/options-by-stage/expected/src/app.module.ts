import { Module } from '@nestjs/common';
import { StreamingModule, type StreamingModuleOptions } from '@hive-academy/langgraph-streaming';

const byStage: Record<string, StreamingModuleOptions> = {
  dev: { gateway: { enabled: true, port: 3000 } },
  prod: { gateway: { enabled: false }, log: { maxEntries: 5 } },
};

@Module({ imports: [StreamingModule.forRoot(byStage[process.env.CI ? 'prod' : 'dev'])] })
export class AppModule {}
