import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

interface Options {
  websocket: { enabled: boolean; port: number };
}

// TODO(@hive-academy/langgraph-streaming): TYPED_ELSEWHERE: give the object the type `StreamingModuleOptions`, then run the migration again
const options: Options = { websocket: { enabled: true, port: 3001 } };

@Module({
  imports: [StreamingModule.forRoot(options)],
})
export class AppModule {}
