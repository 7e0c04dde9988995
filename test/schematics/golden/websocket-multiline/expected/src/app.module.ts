import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [
    StreamingModule.forRoot({
      // the socket of the chat
      gateway: {
        enabled: true, // on
        port: 3000, // shared with nobody
      },
      /* how much is kept */
      log: { maxEntries: 1_000 },
    }),
  ],
})
export class AppModule {}
