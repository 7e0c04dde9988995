import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  imports: [StreamingModule.forRoot({ gateway: { auth: { handler: async (_socket, token) => ({ id: token }) } } })],
})
export class AppModule {}
