import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({
      websocket: { enabled: true, port: 8080 },
      defaultBufferSize: 50,
      gateway: {
        enabled: true,
        cors: true,
        authentication: { enabled: true, strategy: 'jwt' },
        rateLimit: { windowMs: 60000, maxConnections: 100 },
      },
    } as object)],
})
export class AppModule {}
