import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  // TODO(@hive-academy/langgraph-streaming): SKIP_ARGUMENT: decide by the id or the principal of the client
  imports: [StreamingModule.forRoot({ gateway: { enabled: true, rateLimit: { maxMessages: 5, skip: (socket) => socket.handshake.address === '127.0.0.1' } } } as object)],
})
export class AppModule {}
