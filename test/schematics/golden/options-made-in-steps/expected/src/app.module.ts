import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

const options: Record<string, unknown> = {};
// TODO(@hive-academy/langgraph-streaming): LEGACY_ACCESS: `websocket` is `gateway` now
options['websocket'] = { enabled: true, port: 3000 };
// TODO(@hive-academy/langgraph-streaming): LEGACY_ACCESS: `defaultBufferSize` is `log.maxEntries` now
options['defaultBufferSize'] = 5;

@Module({ imports: [StreamingModule.forRoot(options)] })
export class AppModule {}
