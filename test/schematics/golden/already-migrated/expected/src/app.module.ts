import { Module } from '@nestjs/common';
import { JwtStrategy, StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({
      gateway: {
        port: 3000,
        namespace: '/streaming',
        maxConnections: 500,
        pingIntervalMs: 25_000,
        authentication: { strategies: [new JwtStrategy({ secret: 'x'.repeat(32) })] },
      },
      log: { maxEntries: 1000 },
    })],
})
export class AppModule {}
