import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

// TODO(@hive-academy/langgraph-streaming): CHANGED_BY_SPREAD: write the options as one object, then run the migration again
const base = { websocket: { enabled: false } };

@Module({
  // TODO(@hive-academy/langgraph-streaming): CHANGED_BY_SPREAD: write the options as one object, then run the migration again
  imports: [StreamingModule.forRoot({ websocket: { enabled: true }, gateway: { port: 3001 }, ...base })],
})
export class AppModule {}
