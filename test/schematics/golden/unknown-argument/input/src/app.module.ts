import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

declare const options: object;

@Module({
  imports: [StreamingModule.forRoot(options)],
})
export class AppModule {}
