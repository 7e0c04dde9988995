import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({
      websocket: { enabled: true, port: 8080 },
      defaultBufferSize: 100,
      gateway: {
        enabled: true,
        authentication: {
          enabled: true,
          strategy: 'jwt',
          secretKey: process.env.JWT_SECRET,
          expiresIn: '1h',
        },
        rateLimit: {
          windowMs: 60000, // 1 minute
          maxConnections: 100, // per window
          maxRequestsPerConnection: 1000,
        },
        compression: { enabled: true, algorithm: 'gzip', threshold: 1024 },
        heartbeat: { enabled: true, interval: 30000, timeout: 5000 },
      },
    } as object)],
})
export class AppModule {}
