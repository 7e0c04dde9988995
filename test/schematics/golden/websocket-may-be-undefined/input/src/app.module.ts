import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

const flags: { on?: boolean; live?: boolean } = {};

@Module({
  imports: [
    StreamingModule.forRoot({ websocket: { enabled: flags.on } }),
    StreamingModule.forRoot({ websocket: { enabled: flags.on || flags.live } }),
    StreamingModule.forRoot({ websocket: { enabled: flags.on, port: 3000 } }),
    StreamingModule.forRoot({ websocket: {} }),
  ],
})
export class AppModule {}
