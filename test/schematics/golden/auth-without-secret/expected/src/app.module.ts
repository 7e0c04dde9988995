import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  // TODO(@hive-academy/langgraph-streaming): AUTH_WITHOUT_SECRET: give `authentication: { strategies: [new JwtStrategy({ secret })] }`
  // TODO(@hive-academy/langgraph-streaming): SWITCHED_OFF: write `enabled: true` if the gateway should listen
  imports: [StreamingModule.forRoot({ gateway: { auth: { required: true }, enabled: false } })],
})
export class AppModule {}
