import { expect, it } from '@jest/globals';
import type { StreamingBackend } from '../../src/entries/log.js';
import { STREAM_LOG, STREAMING_BACKEND } from '../../src/entries/log.js';
import type { Channel } from '../../src/protocol/channel.js';
import { deferred } from '../../src/common/deferred.js';
import type { StreamLog } from '../../src/entries/log.js';
import { chatOf } from '../support/agent-app.js';
import { as, HeldGraph, says, USERS } from '../support/agents.js';
import { next } from '../support/plain-client.js';
import { onTestEnd, type StreamingApp } from '../support/streaming-app.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { conversation, start, ThreadInbox } from '../support/threads.js';
import { describeInstances } from './support/backends.js';

const threadId = 'thread-1';
const started = { agent: 'chat', threadId, key: 'key-1', input: says('Hi') };

type Method = (...args: unknown[]) => Promise<unknown>;

/** Does something before or after the next call of a method that is about executions or keys. */
function onceAt<T extends object>(
  target: T,
  name: keyof T & string,
  when: 'before' | 'after',
  act: () => Promise<void>,
): void {
  const object = target as Record<string, Method>;
  const method = object[name] as Method;
  object[name] = async (...args) => {
    const { kind = 'execution' } = Object(args[0]) as Partial<Channel>;
    if (kind !== 'execution') return method.apply(target, args);
    object[name] = method;
    if (when === 'before') await act();
    const result = await method.apply(target, args);
    if (when === 'after') await act();
    return result;
  };
}

type Cut = (app: StreamingApp, network: TcpProxy, act: () => Promise<void>) => void;

const threadsOf = ({ app }: StreamingApp): NonNullable<StreamingBackend['threads']> =>
  app.get<Required<StreamingBackend>>(STREAMING_BACKEND).threads;
const logOf = ({ app }: StreamingApp): StreamLog => app.get(STREAM_LOG);

const POINTS: readonly (readonly [string, Cut])[] = [
  ['before it arrives', (_app, network) => network.loseNextRequest()],
  [
    'before its key is claimed',
    (app, _network, act) => onceAt(threadsOf(app), 'claimKey', 'before', act),
  ],
  [
    'after its key is claimed',
    (app, _network, act) => onceAt(threadsOf(app), 'claimKey', 'after', act),
  ],
  ['before its run begins', (app, _network, act) => onceAt(logOf(app), 'open', 'before', act)],
  ['after its run began', (app, _network, act) => onceAt(logOf(app), 'open', 'after', act)],
  ['before its answer', (_app, network) => network.tearNextAnswer('43/streaming,', 0)],
  ['in its answer', (_app, network) => network.tearNextAnswer('43/streaming,', 0.5)],
];

describeInstances('a start whose connection is cut', (instances) => {
  it.each(
    POINTS.flatMap(([when, cut]) => [
      [when, 'goes on meanwhile', cut, false] as const,
      [when, 'rests until the retry is answered', cut, true] as const,
    ]),
  )('%s, and that %s, begins once when it is repeated elsewhere', async (...[, , cut, rests]) => {
    const held = new HeldGraph();
    const { start: startInstance } = instances();
    const one = await startInstance(USERS, chatOf(held.graph));
    const two = await startInstance(USERS, chatOf(held.graph));
    const network = await TcpProxy.start(Number(new URL(one.url).port));
    onTestEnd(() => network.stop());
    const other = two.connect(as('ada'));
    const inbox = await ThreadInbox.follow(other, threadId);
    const page = one.connect({
      ...as('ada'),
      url: `http://127.0.0.1:${network.port}`,
      reconnection: false,
    });
    await next(page, 'connection_status');
    const gone = next(page, 'disconnect');
    const answered = deferred<void>();
    cut(one, network, async () => {
      network.cut();
      await gone;
      if (rests) await answered.promise;
    });
    page.emit('start_execution', started, () => undefined);
    await gone;
    const retry = await start(other, started);
    answered.resolve();
    held.release('Hi');
    await inbox.ended(1);
    expect(inbox.updates.map(({ type, data }) => [type, data])).toEqual([
      ['run:start', { executionId: retry.executionId, state: 'running', startedBy: 'ada' }],
      ['run:end', { executionId: retry.executionId, state: 'completed' }],
    ]);
    const late = await start(other, started);
    expect(late).toEqual({ ...retry, created: false, queued: false });
    expect(held.runs).toBe(1);
    expect(await conversation(other, threadId)).toEqual(['user: Hi', 'assistant: echo Hi']);
  });
});
