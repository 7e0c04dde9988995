import { Module } from '@nestjs/common';
import { StreamingModule, JwtStrategy } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({
      gateway: {
        enabled: true,
        maxConnections: 500, pingIntervalMs: 30000,
        authentication: { strategies: [new JwtStrategy({ secret: 's'.repeat(32) })] },
        port: 3000,
      },
    })],
})
export class AppModule {}
