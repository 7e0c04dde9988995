import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

const flags: { on?: boolean; live?: boolean } = {};

@Module({
  imports: [StreamingModule.forRoot({ gateway: { port: 4000, enabled: flags.live ?? flags.on ?? false } } as object)],
})
export class AppModule {}
