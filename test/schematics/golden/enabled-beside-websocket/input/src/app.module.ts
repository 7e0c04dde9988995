import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({ enabled: true, websocket: { port: 3001 } } as object)],
})
export class AppModule {}
