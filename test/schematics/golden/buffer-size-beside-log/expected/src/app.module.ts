import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({ log: { retentionMs: 1000, maxEntries: 500 } })],
})
export class AppModule {}
