import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({
      gateway: {
        enabled: true,
        // limits of the socket
        websocket: {
          maxConnections: 500, // per instance
          connectionTimeout: 30_000,
          // beats
          heartbeatInterval: 25_000,
          compression: true,
          namespace: '/streaming',
        },
        cors: { origin: ['https://a.example'], credentials: true },
      },
    })],
})
export class AppModule {}
