import { describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import {
  EventStreamProcessorService,
  StreamAll,
  StreamContext,
  StreamingAgent,
  StreamingService,
  StreamToken,
  TokenStreamingService,
  WebSocketBridgeService,
  type Agent,
  type Emitter,
  type StreamUpdate,
} from '../../src/index.js';
import type { AgentContext } from '../../src/entries/gateway.js';
import { STREAM_LOG, type StreamLog } from '../../src/entries/log.js';
import { roomChannel } from '../../src/protocol/channel.js';
import { updatesOf } from '../support/decorated-calls.js';
import { Deferred } from '../support/deferred.js';
import { Inbox } from '../support/plain-client.js';
import { startApp, type StreamingApp } from '../support/streaming-app.js';
import { start } from '../support/threads.js';

/** The calls that every context understands, in the order in which they are made. */
const CALLS = {
  'emit of an event': (context: Emitter) => context.emit('events', { kind: 'paid' }),
  'emit for a target': (context: Emitter) =>
    context.emit('custom', 1, { targets: ['ada'], metadata: { step: 2 } }),
  'emit of a token': (context: Emitter) => context.emit('token', { content: 'a', role: 'ai' }),
  'a token': (context: Emitter) => context.token('b', { role: 'ai', messageId: 'm' }),
  'emit of progress': (context: Emitter) =>
    context.emit('progress', { progress: 25, message: 'begun' }),
  progress: (context: Emitter) => context.progress(50, 'half', { metadata: { step: 3 } }),
  'progress in units': (context: Emitter) => context.progress({ current: 3, total: 4 }),
  publish: (context: Emitter) => context.publish('lobby', 'events', { kind: 'sent' }),
} satisfies Record<string, (context: Emitter) => void>;

const EXPECTED = [
  ['events', { kind: 'paid' }],
  ['custom', 1, { step: 2 }],
  ['token', { content: 'a', role: 'ai' }],
  ['token', { content: 'b', role: 'ai', messageId: 'm' }],
  ['progress', { progress: 25, message: 'begun' }],
  ['progress', { progress: 50, message: 'half' }, { step: 3 }],
  ['progress', { current: 3, total: 4, progress: 75 }],
  ['events', { kind: 'sent' }],
];

const emitAll = (context: Emitter): void => Object.values(CALLS).forEach((call) => call(context));

@Injectable()
class Injected {
  constructor(readonly stream: StreamContext) {}
}

@Injectable()
class Decorated {
  @StreamAll({ token: false, event: { events: [] }, progress: false })
  async work(): Promise<void> {
    emitAll(StreamContext.current());
  }

  @StreamToken()
  async write(): Promise<void> {
    emitAll(StreamContext.current());
  }
}

@Injectable()
@StreamingAgent('emitting')
class EmittingAgent implements Agent {
  async source(_input: unknown, context: AgentContext): Promise<never[]> {
    emitAll(context);
    return [];
  }
}

/** Every context; each emits in an execution, whose id it returns. */
const CONTEXTS: Record<string, (app: StreamingApp) => string | Promise<string>> = {
  'the context of a source': ({ streaming }) =>
    streaming.run((context) => emitAll(context)).executionId,
  'the functions of a context, taken apart': ({ streaming }) =>
    streaming.run(({ emit, token, progress, publish }) =>
      emitAll({ emit, token, progress, publish }),
    ).executionId,
  'StreamContext.current()': ({ streaming }) =>
    streaming.run(() => emitAll(StreamContext.current())).executionId,
  'an injected StreamContext': ({ app, streaming }) =>
    streaming.run(() => emitAll(app.get(Injected).stream)).executionId,
  'StreamContext in a decorated method': ({ app, streaming }) =>
    streaming.run(() => app.get(Decorated).work()).executionId,
  'StreamContext in a method with @StreamToken': ({ app, streaming }) =>
    streaming.run(() => app.get(Decorated).write()).executionId,
  'the handle of run': ({ streaming }) => {
    const ended = new Deferred();
    const handle = streaming.run(() => ended.promise);
    emitAll(handle);
    ended.resolve();
    return handle.executionId;
  },
  'the handle of start': async ({ streaming }) => {
    const ended = new Deferred();
    const { executionId, ...handle } = await streaming.start(() => ended.promise);
    emitAll(handle);
    ended.resolve();
    return executionId;
  },
  'the context of an agent': async ({ connect }) => {
    const client = connect();
    const inbox = new Inbox(client);
    const { executionId } = await start(client, { agent: 'emitting', input: null, follow: true });
    await inbox.ended(executionId);
    return executionId;
  },
};

const OF_THE_LIBRARY = new Set(['timestamp', 'sequenceNumber', 'executionId', 'nodeId', 'roomId']);

/** What an update says, without its place and its node. */
function content({ type, data, metadata }: StreamUpdate): unknown[] {
  const further = Object.entries(metadata ?? {}).filter(([key]) => !OF_THE_LIBRARY.has(key));
  return [type, data, ...(further.length > 0 ? [Object.fromEntries(further)] : [])];
}

/** What was sent to the lobby. */
async function lobbyOf({ app }: StreamingApp): Promise<unknown[]> {
  const read = await app.get<StreamLog>(STREAM_LOG).read(roomChannel('lobby'));
  return (read?.entries ?? []).map(({ update }) => content(update));
}

const boot = (): Promise<StreamingApp> =>
  startApp(
    { gateway: { authentication: false } },
    { providers: [Injected, Decorated, EmittingAgent] },
  );

describe('the calls emit, token, progress and publish', () => {
  it.each(Object.entries(CONTEXTS))('give the same updates through %s', async (_name, emitted) => {
    const app = await boot();
    const executionId = await emitted(app);
    const updates = await updatesOf(app.streaming, executionId);
    expect(updates.map(content)).toEqual(EXPECTED);
    expect(await lobbyOf(app)).toEqual(EXPECTED.slice(-1));
  });
});

type Send = (app: StreamingApp, executionId: string) => Promise<void> | void;

/** Services that emit into an execution by its id. */
const BY_ID: Record<string, { readonly send: Send; readonly gives: unknown[] }> = {
  'StreamingService.emit': {
    send: ({ streaming }, executionId) =>
      streaming.emit(executionId, 'events', { kind: 'paid' }, { nodeId: 'till' }),
    gives: ['events', { kind: 'paid' }],
  },
  'EventStreamProcessorService.processEvent': {
    send: ({ app }, executionId) =>
      app.get(EventStreamProcessorService).processEvent(executionId, {
        type: 'events',
        data: { kind: 'paid' },
        metadata: { nodeId: 'till', timestamp: 0, sequenceNumber: 0 },
      }),
    gives: ['events', { kind: 'paid' }],
  },
  'WebSocketBridgeService.broadcastToExecution': {
    send: ({ app }, executionId) =>
      app.get(WebSocketBridgeService).broadcastToExecution(executionId, {
        type: 'events',
        data: { kind: 'paid' },
        metadata: { nodeId: 'till', timestamp: 0, sequenceNumber: 0 },
      }),
    gives: ['events', { kind: 'paid' }],
  },
  'TokenStreamingService.streamToken': {
    send: ({ app }, executionId) =>
      app.get(TokenStreamingService).streamToken(executionId, 'till', 'a'),
    gives: ['token', { content: 'a' }],
  },
};

describe('code outside of an execution', () => {
  it.each(Object.entries(BY_ID))('emits into it with %s', async (_name, { send, gives }) => {
    const app = await boot();
    const ended = new Deferred();
    const { executionId } = await app.streaming.start(() => ended.promise);
    await send(app, executionId);
    ended.resolve();
    const updates = await updatesOf(app.streaming, executionId);
    expect(updates.map(content)).toEqual([gives]);
    expect(updates[0]?.metadata?.nodeId).toBe('till');
  });

  it.each([
    [
      'StreamingService.publish',
      ({ app }: StreamingApp) =>
        app.get(StreamingService).publish('lobby', 'events', { kind: 'sent' }),
    ],
    [
      'WebSocketBridgeService.broadcastToRoom',
      ({ app }: StreamingApp) =>
        app
          .get(WebSocketBridgeService)
          .broadcastToRoom('lobby', { type: 'events', data: { kind: 'sent' } }),
    ],
  ])('emits to a room with %s', async (_name, send) => {
    const app = await boot();
    await send(app);
    expect(await lobbyOf(app)).toEqual([['events', { kind: 'sent' }]]);
  });

  it('is told by emit that the execution has ended, and by a throw that a type is reserved', async () => {
    const { streaming } = await boot();
    const { executionId, done } = await streaming.start([]);
    await done;
    await expect(streaming.emit(executionId, 'custom', 1)).rejects.toMatchObject({
      code: 'EXECUTION_NOT_ACTIVE',
    });
    await expect(streaming.emit('unknown', 'custom', 1)).rejects.toMatchObject({
      code: 'EXECUTION_NOT_ACTIVE',
    });
    expect(() => streaming.emit(executionId, 'workflow:end', { state: 'completed' })).toThrow(
      expect.objectContaining({ code: 'RESERVED_EVENT_TYPE' }),
    );
  });
});
