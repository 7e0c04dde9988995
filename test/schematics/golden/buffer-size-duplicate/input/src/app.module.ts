import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({ defaultBufferSize: 500, log: { maxEntries: 1000 } })],
})
export class AppModule {}
