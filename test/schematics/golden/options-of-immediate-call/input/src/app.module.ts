import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';


@Module({ imports: [StreamingModule.forRoot((() => { const on = true; return { websocket: { enabled: on } }; })())] })
export class AppModule {}
