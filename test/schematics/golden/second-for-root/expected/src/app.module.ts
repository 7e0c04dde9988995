import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';
import { ChatModule } from './chat.module';

@Module({
  imports: [ChatModule, StreamingModule.forRoot({ gateway: { enabled: true } })],
})
export class AppModule {}
