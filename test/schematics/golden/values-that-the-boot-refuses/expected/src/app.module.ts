import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

const LIMIT = 5;

@Module({
  // TODO(@hive-academy/langgraph-streaming): INVALID_VALUE: 70000
  // TODO(@hive-academy/langgraph-streaming): INVALID_VALUE: 0
  imports: [StreamingModule.forRoot({ log: { maxEntries: 0 }, gateway: { maxConnections: LIMIT - 5, enabled: true, port: 70_000 } })],
})
export class AppModule {}
