import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  // TODO(@hive-academy/langgraph-streaming): UNRESOLVED_VALUE: look for legacy keys in that code; docs/migration.md has the table
  // TODO(@hive-academy/langgraph-streaming): CHANGED_BY_SPREAD: write the options as one object, then run the migration again
  imports: [StreamingModule.forRoot({ ['web' + 'socket']: { enabled: true }, defaultBufferSize: 5 })],
})
export class AppModule {}
