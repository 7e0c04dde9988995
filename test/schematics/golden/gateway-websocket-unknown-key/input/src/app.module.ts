import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({ gateway: { websocket: { maxConnections: 5, perMessageDeflate: true } } } as object)],
})
export class AppModule {}
