import type { Type } from '@nestjs/common';
import type {
  RunOptions,
  StreamingModuleOptions,
  StreamingService,
  StreamUpdate,
} from '../../src/index.js';
import { startApp } from './streaming-app.js';

/** What an execution streamed, besides its own start and end. */
export async function updatesOf(
  streaming: StreamingService,
  executionId: string,
): Promise<StreamUpdate[]> {
  const updates: StreamUpdate[] = [];
  for await (const update of streaming.follow(executionId)) updates.push(update);
  return updates.filter(({ type }) => !type.startsWith('workflow:'));
}

/** Runs `work` as an execution, and returns what it streamed and what it returned. */
export async function runStreamed<T>(
  streaming: StreamingService,
  work: () => T | Promise<T>,
  options: RunOptions = {},
): Promise<{ updates: StreamUpdate[]; result: T; executionId: string }> {
  let result: { value: T } | undefined;
  const { executionId, done } = streaming.run(async () => {
    result = { value: await work() };
  }, options);
  await done;
  if (!result) throw new Error('The work did not run.');
  return { updates: await updatesOf(streaming, executionId), result: result.value, executionId };
}

/** What `work` on a provider of an application streams as an execution. */
export async function runDecorated<T>(
  type: Type<T>,
  work: (instance: T) => unknown,
  module: StreamingModuleOptions = {},
): Promise<StreamUpdate[]> {
  const { app, streaming } = await startApp(module, { providers: [type] });
  const { updates } = await runStreamed(streaming, () => work(app.get(type)));
  return updates;
}

/** `type nodeId` of each update. */
export const typesOf = (updates: readonly StreamUpdate[]): string[] =>
  updates.map(({ type, metadata }) => `${type} ${metadata?.nodeId ?? ''}`.trim());

/** The contents of the token updates, of one node when it is named. */
export const tokensOf = (updates: readonly StreamUpdate[], nodeId?: string): string[] =>
  updates
    .filter(
      ({ type, metadata }) =>
        type === 'token' && (nodeId === undefined || metadata?.nodeId === nodeId),
    )
    .map(({ data }) => (data as { content: string }).content);

/** The data of the updates of one type. */
export const dataOf = (updates: readonly StreamUpdate[], type: string): unknown[] =>
  updates.filter((update) => update.type === type).map(({ data }) => data);

/** All items of an async iterable. */
export async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}
