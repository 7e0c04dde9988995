import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';


// TODO(@hive-academy/langgraph-streaming): UNRESOLVED_VALUE: look for legacy keys in that code; docs/migration.md has the table
@Module({ imports: [StreamingModule.forRoot.call(StreamingModule, { websocket: { enabled: true } })] })
export class AppModule {}
