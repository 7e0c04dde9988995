import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({
      websocket: { enabled: true, port: 3000 },
      gateway: {
        enabled: true,
        websocket: { maxConnections: 500, heartbeatInterval: 30000 },
        auth: { required: true, jwtSecret: 's'.repeat(32) },
      },
    })],
})
export class AppModule {}
