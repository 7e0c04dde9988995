import { Module } from '@nestjs/common';
import { StreamingModule, JwtStrategy } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({
      log: { maxEntries: 100 },
      gateway: {
        enabled: true,
        authentication: {
          strategies: [new JwtStrategy({ secret: process.env.JWT_SECRET ?? '' })],
          // TODO(@hive-academy/langgraph-streaming): NO_EFFECT: remove it; whoever signs a token says when it expires
          expiresIn: '1h',
        },
        rateLimit: {
          windowMs: 60000, // 1 minute
          // maxConnections (moved): per window
          maxMessages: 1000,
        },
        // TODO(@hive-academy/langgraph-streaming): CHANGED_SHAPE: write `compression: true` or `compression: false`
        compression: { enabled: true, algorithm: 'gzip', threshold: 1024 },
        // TODO(@hive-academy/langgraph-streaming): CHANGED_SHAPE: write `pingIntervalMs` and `pingTimeoutMs`, keys of the gateway itself
        heartbeat: { enabled: true, interval: 30000, timeout: 5000 },
        maxConnections: 100,
        port: 8080,
      },
    } as object)],
})
export class AppModule {}
