import { Module } from '@nestjs/common';
import { StreamingModule as LanggraphStreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [
    LanggraphStreamingModule.forRoot({
      // TODO(@hive-academy/langgraph-streaming): NO_EFFECT: remove it; docs/options.md lists all options
      tokenStreaming: { enabled: true, bufferSize: 50 },
      // TODO(@hive-academy/langgraph-streaming): SWITCHED_OFF: write `enabled: true` if the gateway should listen
      gateway: { port: 3001, cors: { origin: '*' }, maxConnections: 1000, enabled: false },
      // TODO(@hive-academy/langgraph-streaming): NO_EFFECT: remove it; docs/options.md lists all options
      eventProcessing: { enabled: true },
    }),
  ],
})
export class AppModule {}
