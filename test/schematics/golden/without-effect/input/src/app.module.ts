import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({
      strictNaming: true, // names were checked
      enableTokenStreaming: true,
      performance: { batch: true },
      gateway: {},
    } as object)],
})
export class AppModule {}
