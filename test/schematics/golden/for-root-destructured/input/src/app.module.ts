import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';
const { forRoot } = StreamingModule;

@Module({ imports: [forRoot({ websocket: { enabled: true } })] })
export class AppModule {}
