import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({ gateway: { enabled: true }, log: { maxEntries: 1024 } } as object)],
})
export class AppModule {}
