import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({
      websocket: { enabled: process.env.A === 'b', port: 3000 }, // both move
      gateway: {
        enabled: true,
        auth: { handler: () => null },
      },
    })],
})
export class AppModule {}
