import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({
      websocket: {
        enabled: process.env.WS === '1', // switched by operations
        /* behind the proxy */
        port: 3000,
      },
      // the gateway
      gateway: {
        cors: false,
      },
    })],
})
export class AppModule {}
