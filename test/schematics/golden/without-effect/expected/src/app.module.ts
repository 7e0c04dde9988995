import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({
      // names were checked
      // TODO(@hive-academy/langgraph-streaming): NO_EFFECT: remove it; docs/options.md lists what there is
      performance: { batch: true },
      gateway: {},
    } as object)],
})
export class AppModule {}
