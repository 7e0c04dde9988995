import { Module } from '@nestjs/common';
import { StreamingModule, type StreamingModuleOptions } from '@hive-academy/langgraph-streaming';

let options: StreamingModuleOptions = { defaultBufferSize: 4 };
if (process.env.CI) {
  options = { websocket: { enabled: true, port: 3000 } };
}

@Module({ imports: [StreamingModule.forRoot(options)] })
export class AppModule {}
