import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({
  // TODO(@hive-academy/langgraph-streaming): AUTH_WITHOUT_SECRET: give `authentication: { strategies: [new JwtStrategy({ secret })] }`
  // TODO(@hive-academy/langgraph-streaming): NO_EFFECT: remove it; docs/options.md lists all options
  imports: [StreamingModule.forRoot({ gateway: { authentication: { required: true }, rooms: { autoJoin: true }, enabled: true } } as object)],
})
export class AppModule {}
