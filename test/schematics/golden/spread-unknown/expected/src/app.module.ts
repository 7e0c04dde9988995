import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

declare function load(): object;

@Module({
  // TODO(@hive-academy/langgraph-streaming): UNRESOLVED_VALUE: look for legacy keys in that code; docs/migration.md has the table
  // TODO(@hive-academy/langgraph-streaming): CHANGED_BY_SPREAD: write the options as one object, then run the migration again
  imports: [StreamingModule.forRoot({ ...load(), websocket: { enabled: true } })],
})
export class AppModule {}
