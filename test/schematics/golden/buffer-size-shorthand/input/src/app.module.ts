import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

const defaultBufferSize = 10;

@Module({
  imports: [StreamingModule.forRoot({ defaultBufferSize })],
})
export class AppModule {}
