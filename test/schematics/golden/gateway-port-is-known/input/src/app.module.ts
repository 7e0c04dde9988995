import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({
      websocket: { enabled: false, port: 3000 },
      gateway: { enabled: process.env.WS === '1', port: Number(process.env.PORT) },
    })],
})
export class AppModule {}
