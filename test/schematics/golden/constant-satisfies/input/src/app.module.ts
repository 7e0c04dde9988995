import { Module } from '@nestjs/common';
import { StreamingModule, type StreamingModuleOptions } from '@hive-academy/langgraph-streaming';

const options = {
  websocket: { enabled: true },
  gateway: { auth: { jwtSecret: 'x'.repeat(32) } },
} satisfies StreamingModuleOptions;

@Module({
  imports: [StreamingModule.forRoot(options)],
})
export class AppModule {}
