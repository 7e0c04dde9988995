import { Module } from '@nestjs/common';
import { LanggraphStreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [
    LanggraphStreamingModule.forRoot({
      tokenStreaming: { enabled: true, bufferSize: 50 },
      websocket: { port: 3001, cors: { origin: '*' }, maxConnections: 1000 },
      eventProcessing: { enabled: true },
    }),
  ],
})
export class AppModule {}
