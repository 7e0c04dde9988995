import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({
      websocket: { enabled: true },
      pollInterval: 5,
      log: { maxEntry: 5 },
      tokens: { flushInterval: 5 },
      gateway: {
        maxConnection: 5,
        cors: { origins: ['https://a.example'], origin: false },
        rateLimit: { burst: 3 },
        slowClient: { maxBytes: 5 },
      },
    } as object)],
})
export class AppModule {}
