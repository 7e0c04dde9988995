import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [
    StreamingModule.forRoot({
      gateway: { enabled: true, maxConnections: 5, port: 3001 },
      log: { maxEntries: 100 },
    }),
  ],
})
export class AppModule {}
