import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

const flags: { on?: boolean; live?: boolean } = {};

@Module({
  imports: [
    StreamingModule.forRoot({ gateway: { enabled: flags.on ?? false } }),
    StreamingModule.forRoot({ gateway: { enabled: (flags.on || flags.live) ?? false } }),
    StreamingModule.forRoot({ gateway: { enabled: flags.on ?? false, port: 3000 } }),
    // TODO(@hive-academy/langgraph-streaming): SWITCHED_OFF: write `enabled: true` if the gateway should listen
    StreamingModule.forRoot({ gateway: { enabled: false } }),
  ],
})
export class AppModule {}
