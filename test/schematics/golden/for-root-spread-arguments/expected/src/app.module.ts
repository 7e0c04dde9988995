import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';
const args = [{ websocket: { enabled: true } }] as const;

// TODO(@hive-academy/langgraph-streaming): UNRESOLVED_VALUE: look for legacy keys in that code; docs/migration.md has the table
@Module({ imports: [StreamingModule.forRoot(...args)] })
export class AppModule {}
