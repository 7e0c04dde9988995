import { Module } from '@nestjs/common';
import { StreamingModule } from './own-streaming.module';

@Module({
  imports: [StreamingModule.forRoot({ websocket: { enabled: true, port: 1 }, defaultBufferSize: 5 })],
})
export class AppModule {}
