import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

const websocket = { enabled: true, port: 3000 };

@Module({
  imports: [StreamingModule.forRoot({ gateway: websocket })],
})
export class AppModule {}
