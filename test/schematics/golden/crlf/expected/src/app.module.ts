import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({
      gateway: {
        enabled: true,
        // limits of the socket
        maxConnections: 500, // per instance
        connectTimeoutMs: 30_000,
        // beats
        pingIntervalMs: 25_000,
        compression: true,
        namespace: '/streaming',
        cors: { origin: ['https://a.example'], credentials: true },
      },
    })],
})
export class AppModule {}
