import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

// TODO(@hive-academy/langgraph-streaming): CHANGED_BY_SPREAD: write the options as one object, then run the migration again
const base = { enabled: true, log: { maxEntries: 10 } };

@Module({
  // TODO(@hive-academy/langgraph-streaming): CHANGED_BY_SPREAD: write the options as one object, then run the migration again
  imports: [StreamingModule.forRoot({ ...base, websocket: { port: 3001 } } as object)],
})
export class AppModule {}
