import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

const base = { websocket: { enabled: true, port: 3000 } };

@Module({
  imports: [StreamingModule.forRoot({ ...base, gateway: { cors: false } })],
})
export class AppModule {}
