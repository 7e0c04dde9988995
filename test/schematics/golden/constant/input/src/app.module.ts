import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

const options = { websocket: { enabled: true, port: 3000 }, defaultBufferSize: 10 };

@Module({
  imports: [StreamingModule.forRoot(options)],
})
export class AppModule {}
