import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

const gateway = process.env.CI ? { cors: false as const } : undefined;

@Module({
  imports: [
    // TODO(@hive-academy/langgraph-streaming): UNRESOLVED_VALUE: look for legacy keys where it is made; docs/migration.md has the table
    StreamingModule.forRoot({ websocket: { enabled: true }, gateway: undefined }),
    // TODO(@hive-academy/langgraph-streaming): UNRESOLVED_VALUE: look for legacy keys where it is made; docs/migration.md has the table
    StreamingModule.forRoot({ websocket: { enabled: true }, gateway }),
    // TODO(@hive-academy/langgraph-streaming): UNRESOLVED_VALUE: look for legacy keys where it is made; docs/migration.md has the table
    StreamingModule.forRoot({ websocket: { enabled: true }, gateway: process.env.CI ? { cors: false } : undefined }),
  ],
})
export class AppModule {}
