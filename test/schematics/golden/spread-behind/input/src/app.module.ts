import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

const base = { websocket: { enabled: false } };

@Module({
  imports: [StreamingModule.forRoot({ websocket: { enabled: true }, gateway: { port: 3001 }, ...base })],
})
export class AppModule {}
