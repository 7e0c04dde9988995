import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({ gateway: { enabled: true, maxConnections: 5, compression: false } })],
})
export class AppModule {}
