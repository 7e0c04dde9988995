import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

declare function readSocket(): { enabled: boolean };

@Module({
  imports: [StreamingModule.forRoot({ websocket: readSocket() })],
})
export class AppModule {}
