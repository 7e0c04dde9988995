import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

const flags: { on?: boolean; live?: boolean } = {};

@Module({
  imports: [
    StreamingModule.forRoot({ gateway: { enabled: flags.on ?? false } }),
    // TODO(@hive-academy/langgraph-streaming): SECOND_FOR_ROOT: call `forRoot` once, in the root module
    StreamingModule.forRoot({ gateway: { enabled: (flags.on || flags.live) ?? false } }),
    // TODO(@hive-academy/langgraph-streaming): SECOND_FOR_ROOT: call `forRoot` once, in the root module
    StreamingModule.forRoot({ gateway: { enabled: flags.on ?? false, port: 3000 } }),
    // TODO(@hive-academy/langgraph-streaming): SWITCHED_OFF: write `enabled: true` if the gateway should listen
    // TODO(@hive-academy/langgraph-streaming): SECOND_FOR_ROOT: call `forRoot` once, in the root module
    StreamingModule.forRoot({ gateway: { enabled: false } }),
  ],
})
export class AppModule {}
