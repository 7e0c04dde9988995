import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  // TODO(@hive-academy/langgraph-streaming): DUPLICATE_KEY: keep the key that should count and remove the other key
  imports: [StreamingModule.forRoot({ defaultBufferSize: 500, log: { maxEntries: 1000 } })],
})
export class AppModule {}
