import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  // TODO(@hive-academy/langgraph-streaming): AUTH_HANDLER: write it as `new CustomStrategy((credential, context) => principal)`
  imports: [StreamingModule.forRoot({ gateway: { auth: { handler: async (_socket, token) => ({ id: token }) } } })],
})
export class AppModule {}
