import { Module } from '@nestjs/common';
import { StreamingModule, type StreamingModuleOptions } from '@hive-academy/langgraph-streaming';

interface Configuration {
  readonly name: string;
  readonly streaming: StreamingModuleOptions;
}

const config: Configuration = { name: 'app', streaming: { gateway: { enabled: true, port: 3001 } } };

@Module({
  imports: [StreamingModule.forRoot(config.streaming)],
})
export class AppModule {}
