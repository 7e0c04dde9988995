import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  // TODO(@hive-academy/langgraph-streaming): UNKNOWN_KEY: remove it or move it by hand
  imports: [StreamingModule.forRoot({ gateway: { websocket: { maxConnections: 5, perMessageDeflate: true } } } as object)],
})
export class AppModule {}
