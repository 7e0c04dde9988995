import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({ enabled: true, bufferSize: 1024 } as object)],
})
export class AppModule {}
