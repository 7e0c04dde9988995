import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

declare function readSocket(): { enabled: boolean };

@Module({
  // TODO(@hive-academy/langgraph-streaming): UNRESOLVED_VALUE: look for legacy keys in that code; docs/migration.md has the table
  imports: [StreamingModule.forRoot({ websocket: readSocket() })],
})
export class AppModule {}
