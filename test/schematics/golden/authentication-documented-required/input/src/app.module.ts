import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({ websocket: { enabled: true }, gateway: { authentication: { required: true }, rooms: { autoJoin: true } } } as object)],
})
export class AppModule {}
