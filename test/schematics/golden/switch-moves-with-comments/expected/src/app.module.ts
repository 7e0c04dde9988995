import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({
      // the gateway
      // websocket (moved): switched by operations
      /* websocket (moved): behind the proxy */
      gateway: {
        cors: false,
        enabled: process.env.WS === '1',
        port: 3000,
      },
    })],
})
export class AppModule {}
