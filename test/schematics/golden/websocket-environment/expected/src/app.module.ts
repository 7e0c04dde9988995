import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({
      gateway: {
        enabled: process.env.WEBSOCKET_ENABLED !== 'false',
        port: parseInt(process.env.WEBSOCKET_PORT || '3001', 10),
      },
      log: { maxEntries: parseInt(process.env.STREAMING_BUFFER_SIZE || '1000', 10) },
    })],
})
export class AppModule {}
