import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({ ['web' + 'socket']: { enabled: true }, defaultBufferSize: 5 })],
})
export class AppModule {}
