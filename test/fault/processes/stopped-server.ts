import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { on } from 'node:events';
import { Module, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  StreamingHttpModule,
  StreamingModule,
  StreamingService,
  type ExecutionContext,
} from '../../../src/index.js';

/** What the process is started with. */
export interface StoppedServerOptions {
  readonly framework: 'express' | 'fastify';
  readonly drainMs: number;
  /** Whether it ends with code 0, as `enableShutdownHooks` may be told, and not by the signal. */
  readonly exits: boolean;
}

/** What its source is told: to say this, or to end. */
export type StoppedServerOrder = { readonly say: string } | { readonly end: true };

/** What the process tells. */
export type StoppedServerReport =
  | { readonly port: number }
  | { readonly stopping: true }
  | { readonly saved: 'the whole answer' | 'a partial answer' };

const options = JSON.parse(process.argv[2] ?? '{}') as StoppedServerOptions;

const tell = (report: StoppedServerReport): Promise<void> =>
  new Promise((resolve) => process.send?.(report, () => resolve()));

@Module({
  imports: [
    StreamingModule.forRoot({
      gateway: { authentication: false },
      executions: { drainMs: options.drainMs, cleanupMs: 60_000 },
      tokens: { flushIntervalMs: 0 },
    }),
    StreamingHttpModule.forRoot(),
  ],
})
class AppModule {}

const create = (): Promise<INestApplication> =>
  options.framework === 'fastify'
    ? NestFactory.create(AppModule, new FastifyAdapter(), { logger: ['error'] })
    : NestFactory.create(AppModule, { logger: ['error'] });

/** Says what the test says, until that ends it. */
async function answer({ signal, token }: ExecutionContext): Promise<void> {
  let isWhole = false;
  try {
    for await (const [order] of on(process, 'message', { signal })) {
      const told = order as StoppedServerOrder;
      isWhole = 'end' in told;
      if ('end' in told) return;
      token(told.say);
    }
  } finally {
    // What takes its time, such as to save the answer.
    await tell({ saved: isWhole ? 'the whole answer' : 'a partial answer' });
  }
}

const app = await create();
app.enableShutdownHooks([], { useProcessExit: options.exits });
// Nest hears the signal too.
process.once('SIGTERM', () => void tell({ stopping: true }));
await app.listen(0, '127.0.0.1');
await app.get(StreamingService).start(answer, { executionId: 'answer' });
await tell({ port: (app.getHttpServer().address() as AddressInfo).port });
