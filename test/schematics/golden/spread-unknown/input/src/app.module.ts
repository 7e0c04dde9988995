import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

declare function load(): object;

@Module({
  imports: [StreamingModule.forRoot({ ...load(), websocket: { enabled: true } })],
})
export class AppModule {}
