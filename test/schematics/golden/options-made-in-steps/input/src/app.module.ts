import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

const options: Record<string, unknown> = {};
options['websocket'] = { enabled: true, port: 3000 };
options['defaultBufferSize'] = 5;

@Module({ imports: [StreamingModule.forRoot(options)] })
export class AppModule {}
