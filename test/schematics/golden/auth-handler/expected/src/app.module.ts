import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  // TODO(@hive-academy/langgraph-streaming): AUTH_HANDLER: write it as `new CustomStrategy((credential, context) => principal)`
  // TODO(@hive-academy/langgraph-streaming): SWITCHED_OFF: write `enabled: true` if the gateway should listen
  imports: [StreamingModule.forRoot({ gateway: { auth: { handler: async (_socket, token) => ({ id: token }) }, enabled: false } })],
})
export class AppModule {}
