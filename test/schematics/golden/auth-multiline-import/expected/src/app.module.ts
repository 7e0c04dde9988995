import { Module } from '@nestjs/common';
import {
  StreamingModule,
  type StreamingModuleOptions,
  JwtStrategy,
} from '@hive-academy/langgraph-streaming';

export type Options = StreamingModuleOptions;

@Module({
  imports: [StreamingModule.forRoot({ gateway: { authentication: { strategies: [new JwtStrategy({ secret: 'x'.repeat(32) })] } } })],
})
export class AppModule {}
