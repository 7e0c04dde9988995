import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  // TODO(@hive-academy/langgraph-streaming): AUTH_WITHOUT_SECRET: give `authentication: { strategies: [new JwtStrategy({ secret })] }`
  imports: [StreamingModule.forRoot({ gateway: { auth: { required: true } } })],
})
export class AppModule {}
