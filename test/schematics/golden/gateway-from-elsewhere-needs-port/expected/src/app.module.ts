import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

declare function gateway(): object;

@Module({
  // TODO(@hive-academy/langgraph-streaming): UNRESOLVED_VALUE: look for legacy keys in that code; docs/migration.md has the table
  imports: [StreamingModule.forRoot({ websocket: { enabled: true, port: 3000 }, gateway: gateway() })],
})
export class AppModule {}
