import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

const flags: { on?: boolean } = {};
const auth = { required: true, jwtSecret: 'x'.repeat(32) };
const open = { required: false };
const rateLimit = { max: 5 };
const live = { enabled: flags.on, websocket: { heartbeatInterval: 9_000 }, auth, rateLimit };

@Module({
  imports: [
    StreamingModule.forRoot(
      process.env.CI
        ? { gateway: process.env.A ? live : { enabled: true, auth: open, rateLimit } }
        : { gateway: { ...live, enabled: false, auth: open } },
    ),
  ],
})
export class AppModule {}
