import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({ websocket: { enabled: undefined, port: 3001 } })],
})
export class AppModule {}
