import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({
      // TODO(@hive-academy/langgraph-streaming): UNKNOWN_KEY: remove it or move it by hand
      pollInterval: 5,
      // TODO(@hive-academy/langgraph-streaming): UNKNOWN_KEY: did you mean `maxEntries`?
      log: { maxEntry: 5 },
      // TODO(@hive-academy/langgraph-streaming): UNKNOWN_KEY: did you mean `flushIntervalMs`?
      tokens: { flushInterval: 5 },
      gateway: {
        // TODO(@hive-academy/langgraph-streaming): UNKNOWN_KEY: did you mean `maxConnections`?
        maxConnection: 5,
        // TODO(@hive-academy/langgraph-streaming): UNKNOWN_KEY: did you mean `origin`?
        cors: { origins: ['https://a.example'], origin: false },
        // TODO(@hive-academy/langgraph-streaming): UNKNOWN_KEY: remove it or move it by hand
        rateLimit: { burst: 3 },
        // TODO(@hive-academy/langgraph-streaming): UNKNOWN_KEY: remove it or move it by hand
        slowClient: { maxBytes: 5 },
        enabled: true,
      },
    } as object)],
})
export class AppModule {}
