import { Module } from '@nestjs/common';
import { MultiAgentModule } from '@hive-academy/langgraph-multi-agent';
import { NestjsLanggraphModule } from '@hive-academy/nestjs-langgraph';

@Module({
  imports: [
    NestjsLanggraphModule.forRoot({
      defaultLLM: { type: 'openai' },
      // TODO(@hive-academy/langgraph-streaming): ENCLOSING_MODULE: give the options to `StreamingModule.forRoot`, in the root module
      streaming: { enabled: true, websocket: { enabled: true, port: 3001, cors: true } },
    }),
    MultiAgentModule.forRoot({ streaming: { enabled: true, modes: ['values'] } }),
  ],
})
export class AppModule {}
