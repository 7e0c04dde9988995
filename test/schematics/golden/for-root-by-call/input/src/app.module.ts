import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';


@Module({ imports: [StreamingModule.forRoot.call(StreamingModule, { websocket: { enabled: true } })] })
export class AppModule {}
