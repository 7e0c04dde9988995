import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

const base = { enabled: true, defaultBufferSize: 10 };

@Module({
  imports: [StreamingModule.forRoot({ ...base, websocket: { port: 3001 } } as object)],
})
export class AppModule {}
