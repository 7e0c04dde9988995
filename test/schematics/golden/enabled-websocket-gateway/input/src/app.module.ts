import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

const flags: { on?: boolean; live?: boolean } = {};

@Module({
  imports: [StreamingModule.forRoot({ enabled: flags.on, websocket: { enabled: flags.live, port: 3001 }, gateway: { port: 4000 } } as object)],
})
export class AppModule {}
