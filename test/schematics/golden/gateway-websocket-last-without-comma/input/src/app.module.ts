import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({
      gateway: {
        enabled: true,
        websocket: {
          maxConnections: 5,
          heartbeatInterval: 1000
        }
      }
    })],
})
export class AppModule {}
