import { Module } from '@nestjs/common';
import {
  StreamingModule,
  type StreamingModuleOptions,
} from '@hive-academy/langgraph-streaming';

export type Options = StreamingModuleOptions;

@Module({
  imports: [StreamingModule.forRoot({ gateway: { auth: { jwtSecret: 'x'.repeat(32) } } })],
})
export class AppModule {}
