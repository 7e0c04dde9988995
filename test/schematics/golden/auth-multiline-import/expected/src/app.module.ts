import { Module } from '@nestjs/common';
import {
  StreamingModule,
  type StreamingModuleOptions,
  JwtStrategy,
} from '@hive-academy/langgraph-streaming';

export type Options = StreamingModuleOptions;

@Module({
  // TODO(@hive-academy/langgraph-streaming): SWITCHED_OFF: write `enabled: true` if the gateway should listen
  imports: [StreamingModule.forRoot({ gateway: { authentication: { strategies: [new JwtStrategy({ secret: 'x'.repeat(32) })] }, enabled: false } })],
})
export class AppModule {}
