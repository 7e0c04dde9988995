import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

declare function gateway(): object;

@Module({
  imports: [StreamingModule.forRoot({ websocket: { enabled: true, port: 3000 }, gateway: gateway() })],
})
export class AppModule {}
