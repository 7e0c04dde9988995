import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

const gateway = { enabled: true, websocket: { namespace: '/live' } };

@Module({
  imports: [StreamingModule.forRoot({ websocket: { enabled: true }, gateway })],
})
export class AppModule {}
