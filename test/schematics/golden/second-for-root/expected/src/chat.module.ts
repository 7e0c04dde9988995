import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

// TODO(@hive-academy/langgraph-streaming): SECOND_FOR_ROOT: call `forRoot` once, in the root module
@Module({ imports: [StreamingModule.forRoot({ log: { maxEntries: 50 } })] })
export class ChatModule {}
