import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { StreamingModule, StreamingService, type ExecutionContext } from '../../../src/index.js';

/** What the process is told: how much is in the log when it begins, and how much it streams. */
export interface OneCoreOrder {
  /** Executions, and the updates of each, that ended before and are still in the log. */
  readonly past: { readonly runs: number; readonly updates: number };
  readonly runs: number;
  readonly tokensPerRun: number;
  readonly tokensPerSecond: number;
  /** How often all garbage is collected, in milliseconds. */
  readonly collectEveryMs: number;
}

/** What the process tells, in this order. */
export type OneCoreReport =
  | { readonly port: number; readonly executionIds: readonly string[] }
  | { readonly longestTurnMs: number };

@Module({
  imports: [StreamingModule.forRoot({ gateway: {}, tokens: { flushIntervalMs: 0 } })],
})
class AppModule {}

const order = JSON.parse(process.argv[2] ?? '{}') as OneCoreOrder;
const { past, runs, tokensPerRun, tokensPerSecond, collectEveryMs } = order;
const app = await NestFactory.create(AppModule, { logger: ['error'] });
await app.listen(0, '127.0.0.1');
const streaming = app.get(StreamingService);

const remember = async (context: ExecutionContext): Promise<void> => {
  for (let update = 0; update < past.updates; update += 1) {
    context.token('past ');
    await context.ready();
  }
};
await Promise.all(Array.from({ length: past.runs }, () => streaming.run(remember).done));

const contexts: ExecutionContext[] = [];
const executionIds = Array.from({ length: runs }, () => {
  const { executionId } = streaming.run((context: ExecutionContext) => {
    contexts.push(context);
    return new Promise<void>(() => undefined);
  });
  return executionId;
});

const now = (): number => Number(process.hrtime.bigint()) / 1e6;

/** Streams tokens that say when they were due, by the clock that all processes of the machine share. */
function stream(): void {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const startedAt = now();
  const next = contexts.map(() => 0);
  const dueAt = (run: number, token: number): number =>
    startedAt + ((token + run / runs) * 1_000) / tokensPerSecond;
  const collecting = setInterval(() => globalThis.gc?.(), collectEveryMs);
  const pace = setInterval(() => {
    const until = now();
    for (const [run, context] of contexts.entries()) {
      let token = next[run] ?? 0;
      for (; token < tokensPerRun && dueAt(run, token) <= until; token += 1)
        context.token(`${dueAt(run, token)} `);
      next[run] = token;
    }
    if (next.some((token) => token < tokensPerRun)) return;
    clearInterval(pace);
    clearInterval(collecting);
    tell({ longestTurnMs: delay.max / 1e6 });
  }, 2);
}

const tell = (report: OneCoreReport): void => void process.send?.(report);

process.once('message', stream);
process.once('disconnect', () => process.exit());
tell({ port: (app.getHttpServer().address() as AddressInfo).port, executionIds });
