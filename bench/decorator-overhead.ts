/**
 * What a decorator costs a call when nobody watches: the decorated call against the bare one.
 *
 *     npm run bench:decorators
 */
import 'reflect-metadata';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  StreamAll,
  StreamEvent,
  StreamingModule,
  StreamingService,
  StreamToken,
} from '../src/index.js';

const CALLS = 5_000;
const ROUNDS = 9;
const TEXT = 'a token';

@Injectable()
class Methods {
  async bare(): Promise<string> {
    return TEXT;
  }

  @StreamToken({ enabled: false })
  async disabled(): Promise<string> {
    return TEXT;
  }

  @StreamToken()
  async token(): Promise<string> {
    return TEXT;
  }

  @StreamEvent()
  async event(): Promise<string> {
    return TEXT;
  }

  @StreamAll()
  async all(): Promise<string> {
    return TEXT;
  }
}

@Module({ imports: [StreamingModule.forRoot()], providers: [Methods] })
class BenchModule {}

/** Microseconds per call, the median of several rounds. */
async function measure(
  round: (calls: () => Promise<void>) => Promise<void>,
  call: () => Promise<string>,
) {
  const calls = async (): Promise<void> => {
    for (let index = 0; index < CALLS; index += 1) await call();
  };
  await round(calls);
  const times: number[] = [];
  for (let index = 0; index < ROUNDS; index += 1) {
    globalThis.gc?.();
    const startedAt = performance.now();
    await round(calls);
    times.push(((performance.now() - startedAt) * 1_000) / CALLS);
  }
  return times.toSorted((one, other) => one - other)[Math.floor(ROUNDS / 2)] ?? Number.NaN;
}

const app = await NestFactory.createApplicationContext(BenchModule, { logger: false });
const methods = app.get(Methods);
const streaming = app.get(StreamingService);

/** All calls of a round belong to one execution, as those of an agent's run do. */
const inExecution = async (calls: () => Promise<void>): Promise<void> => {
  await streaming.run(calls).done;
};
/** Each call opens an execution of its own. */
const alone = (calls: () => Promise<void>): Promise<void> => calls();
const withoutModule = new Methods();

const bareUs = await measure(inExecution, () => methods.bare());
const rows: [string, number][] = [
  ['bare method', bareUs],
  ['@StreamAll on a class without the module', await measure(alone, () => withoutModule.all())],
  ['@StreamToken({ enabled: false })', await measure(inExecution, () => methods.disabled())],
  ['@StreamToken in an execution', await measure(inExecution, () => methods.token())],
  ['@StreamEvent in an execution', await measure(inExecution, () => methods.event())],
  ['@StreamAll in an execution', await measure(inExecution, () => methods.all())],
  ['@StreamToken, an execution of its own', await measure(alone, () => methods.token())],
];
await app.close();

process.stdout.write('| call | µs per call | against the bare call |\n| --- | --- | --- |\n');
for (const [name, us] of rows) {
  process.stdout.write(`| ${name} | ${us.toFixed(2)} | × ${(us / bareUs).toFixed(1)} |\n`);
}
