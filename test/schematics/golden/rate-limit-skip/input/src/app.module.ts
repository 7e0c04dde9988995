import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({ gateway: { enabled: true, rateLimit: { max: 5, skip: (socket) => socket.handshake.address === '127.0.0.1' } } } as object)],
})
export class AppModule {}
