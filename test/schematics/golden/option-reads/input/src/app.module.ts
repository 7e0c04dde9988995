import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [
    StreamingModule.forRoot({
      websocket: { enabled: true, port: 3001 },
      gateway: { enabled: true, websocket: { maxConnections: 5 } },
      defaultBufferSize: 100,
    }),
  ],
})
export class AppModule {}
