import { Module } from '@nestjs/common';
import { StreamingModule, JwtStrategy } from '@hive-academy/langgraph-streaming';

const flags: { on?: boolean } = {};
const auth = { strategies: [new JwtStrategy({ secret: 'x'.repeat(32) })] };
const open = false as const;
const rateLimit = { maxMessages: 5 };
const live = { enabled: flags.on ?? false, pingIntervalMs: 9_000, authentication: auth, rateLimit };

@Module({
  imports: [
    StreamingModule.forRoot(
      process.env.CI
        ? { gateway: process.env.A ? live : { enabled: true, authentication: open, rateLimit } }
        : { gateway: { ...live, enabled: false, authentication: open } },
    ),
  ],
})
export class AppModule {}
