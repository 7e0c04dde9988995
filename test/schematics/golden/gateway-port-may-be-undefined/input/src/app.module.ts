import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

const settings: { on?: boolean; port?: number } = {};

@Module({
  imports: [StreamingModule.forRoot({
      websocket: { enabled: true, port: 3000 },
      gateway: { enabled: settings.on, port: settings.port },
    })],
})
export class AppModule {}
