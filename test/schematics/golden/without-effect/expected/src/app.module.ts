import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({
      // strictNaming (removed): names were checked
      // TODO(@hive-academy/langgraph-streaming): NO_EFFECT: remove it; docs/options.md lists all options
      performance: { batch: true },
      // TODO(@hive-academy/langgraph-streaming): SWITCHED_OFF: write `enabled: true` if the gateway should listen
      gateway: { enabled: false },
    } as object)],
})
export class AppModule {}
