import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';
import { streaming } from '@app/config';

@Module({
  imports: [StreamingModule.forRoot(streaming)],
})
export class AppModule {}
