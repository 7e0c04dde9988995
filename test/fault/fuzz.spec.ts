import type { EventEmitter } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { StreamEventType } from '../../src/index.js';
import { type ErrorBody } from '../../src/client/index.js';
import type { GatewayNamespace } from '../../src/gateway/socket-types.js';
import { CONFIRMATION_EVENTS } from '../../src/protocol/streaming-gateway-events.js';
import { type SecureApp, secretRun, startSecureApp, tokenOf } from '../e2e/security/secure-app.js';
import { openTransport } from '../e2e/security/raw-transport.js';
import { Deferred } from '../support/deferred.js';
import { accepted, Inbox, oneTo } from '../support/plain-client.js';
import { Random } from '../support/random.js';
import type { PlainClient } from '../support/streaming-app.js';

const SECRET_TEXT = 'the secret of the viewer';
const VIEWER = { principalId: 'viewer', tenant: 'acme' };
const EVENTS = Object.keys(CONFIRMATION_EVENTS);
const BATCHES = 60;
const BATCH_SIZE = 50;

/** Ids that exist, that could exist, and that never could. */
const id = fc.oneof(
  fc.constantFrom(
    'run',
    'run|',
    'execution:run',
    'lobby',
    'user:viewer',
    '__proto__',
    'constructor',
    '',
  ),
  fc.string({ maxLength: 300 }),
);

/**
 * Anything that JSON or Socket.IO can carry. Many binary values in one message make Socket.IO close
 * the connection, so they stand alone here.
 */
const anything = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.anything({ withNullPrototype: true, withSparseArray: true, maxDepth: 5 }),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes)) },
);

/** Payloads that are nearly right, which reach further than noise. */
const nearlyRight = fc.record(
  {
    executionId: fc.oneof(id, anything),
    roomId: fc.oneof(id, anything),
    interruptId: fc.oneof(id, anything),
    eventTypes: fc.oneof(
      fc.array(fc.oneof(fc.constantFrom(...Object.values(StreamEventType)), id)),
      anything,
    ),
    options: fc.oneof(
      fc.record(
        {
          cursor: fc.oneof(
            fc.record({ epoch: id, sequence: fc.oneof(fc.integer(), fc.double()) }),
            anything,
          ),
          from: fc.oneof(fc.constantFrom('start', 'live'), anything),
          nodeIds: fc.oneof(fc.array(id), anything),
          eventTypes: anything,
        },
        { requiredKeys: [] },
      ),
      anything,
    ),
    scope: fc.oneof(fc.record({ executionId: id, roomId: id }, { requiredKeys: [] }), anything),
    token: fc.oneof(id, anything),
    apiKey: fc.oneof(id, anything),
    credentials: fc.dictionary(fc.string(), anything),
    metadata: anything,
    reason: fc.oneof(fc.string(), anything),
    value: anything,
    __proto__: anything,
  },
  { requiredKeys: [] },
);

const message = fc.tuple(
  fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...EVENTS) },
    { weight: 1, arbitrary: fc.string() },
  ),
  fc.oneof(nearlyRight, anything),
);

/** What Socket.IO itself reserves; its client refuses to send them. */
const RESERVED = new Set([
  'connect',
  'connect_error',
  'disconnect',
  'disconnecting',
  'newListener',
  'removeListener',
]);

interface Answer {
  readonly ok: boolean;
  readonly error?: ErrorBody;
}

const send = async (
  client: PlainClient,
  event: string,
  payload: unknown,
): Promise<Answer | undefined> => {
  if (RESERVED.has(event)) return undefined;
  const emit = client.emitWithAck as (name: string, payload: unknown) => Promise<Answer>;
  return emit.call(client, event, payload);
};

const MEGABYTE = 1024 * 1024;

/** The heap in use after a collection, in bytes. */
function usedHeap(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}

const RAW_PACKETS = 100_000;

const ENGINE_TYPES = ['0', '1', '2', '3', '4', '5', '6', '7', 'b', ''];
const SOCKET_TYPES = ['0', '1', '2', '3', '4', '51-', '62-', '5-', '5999999999-', '9', ''];
const NAMESPACES = [
  '',
  '/',
  '/streaming',
  '/streaming,',
  '/x,',
  '/__proto__,',
  '/\0,',
  '/streaming?a=b,',
];
const BODIES = [
  '',
  '1',
  '["ping"]',
  '7["ping",{}]',
  '["subscribe_execution",{"executionId":"run"}]',
  '9["get_status",null]',
  '["error"]',
  '["disconnect"]',
  '[{"_placeholder":true,"num":0}]',
  '["ping",{"_placeholder":true,"num":-1}]',
  '{"token":"x"}',
  '[',
  '\ud800',
  '["__proto__",{"__proto__":1}]',
];

/** A packet that is nearly one, or none at all. */
function rawPacket(random: Random): string | Buffer {
  const { next } = random;
  if (next() < 0.1) return Buffer.from([next() * 256, next() * 256, next() * 256]);
  const engine = next() < 0.85 ? '4' : random.of(...ENGINE_TYPES);
  return engine + random.of(...SOCKET_TYPES) + random.of(...NAMESPACES) + random.of(...BODIES);
}

const EVENT_BODIES = BODIES.filter((body) => /^\d*\["(?!disconnect)/.test(body));

/** Packets that the protocols allow, if not in this place: a transport outlives most of them. */
function legalPackets(random: Random): readonly (string | Buffer)[] {
  const { next } = random;
  // Most are cheap to answer, so that many can be sent.
  if (next() < 0.6) return random.of(['3'], ['6'], ['43/streaming,1["x",{}]']);
  const body = random.of(...EVENT_BODIES);
  const bytes = Buffer.alloc(random.below(50), next() * 256);
  return random.of<readonly (string | Buffer)[]>(
    [`42/streaming,${body}`],
    [`42/streaming,${random.below(1e6)}${body.replace(/^\d+/, '')}`],
    [`40/${random.below(1e6)},{"token":"x"}`],
    [`451-/streaming,${body.replace(/\]$/, ',{"_placeholder":true,"num":0}]')}`, bytes],
    [`461-/streaming,7[{"_placeholder":true,"num":0}]`, bytes],
  );
}

describe('a gateway under a storm of random messages', () => {
  let app: SecureApp;
  const rejections: unknown[] = [];
  const note = (error: unknown): void => void rejections.push(error);

  beforeEach(async () => {
    rejections.length = 0;
    process.on('unhandledRejection', note);
    app = await startSecureApp({ rateLimit: false, rooms: 'user:{principalId}' });
  });
  afterEach(() => {
    process.off('unhandledRejection', note);
  });

  /** A viewer that watches a run, to which each call of `produce` adds one update. */
  const watch = async () => {
    const wanted: Deferred[] = [new Deferred()];
    const done = new Deferred();
    app.streaming.run(
      async (context) => {
        for (let index = 0; index < BATCHES; index += 1) {
          await wanted[index]?.promise;
          context.emit('custom', `${SECRET_TEXT} ${index}`);
          wanted.push(new Deferred());
        }
        await done.promise;
      },
      { executionId: 'run', owner: VIEWER },
    );
    const viewer = await app.connectAs('viewer');
    const inbox = new Inbox(viewer);
    accepted(await viewer.emitWithAck('subscribe_execution', { executionId: 'run' }));
    return { viewer, inbox, done, produce: (index: number) => wanted[index]?.resolve() };
  };

  it('answers each with a code, leaks nothing, and its legitimate viewer misses nothing', async () => {
    const { viewer, inbox, done, produce } = await watch();
    const mallory = await app.connectAs('mallory');
    const leaked = new Inbox(mallory);
    const codes = new Map<string, number>();
    const batch = fc.array(message, { minLength: BATCH_SIZE, maxLength: BATCH_SIZE });
    for (const [index, messages] of fc.sample(batch, { numRuns: BATCHES, seed: 4 }).entries()) {
      produce(index);
      const answers = await Promise.all(
        messages.map(([event, payload]) => send(mallory, event, payload)),
      );
      for (const answer of answers) {
        const code = answer?.error?.code ?? (answer?.ok ? 'ok' : 'none');
        codes.set(code, (codes.get(code) ?? 0) + 1);
      }
      expect(JSON.stringify(answers)).not.toContain(SECRET_TEXT);
    }
    done.resolve();
    await inbox.ended();
    expect(inbox.sequences).toEqual(oneTo(inbox.sequences.length));
    expect(inbox.brief.filter(([type]) => type === 'custom')).toEqual(
      Array.from({ length: BATCHES }, (_, index) => ['custom', `${SECRET_TEXT} ${index}`]),
    );
    expect(leaked.updates).toEqual([]);
    expect(codes.get('INTERNAL_ERROR')).toBeUndefined();
    expect([...codes.keys()]).toEqual(
      expect.arrayContaining(['ok', 'INVALID_PAYLOAD', 'EXECUTION_NOT_FOUND']),
    );
    expect(rejections).toEqual([]);
    accepted(await viewer.emitWithAck('ping', {}));
  }, 60_000);

  it('survives packets that are none, one transport at a time', async () => {
    const { inbox, done, produce } = await watch();
    const token = JSON.stringify({ token: await tokenOf('mallory') });
    const packet = fc.oneof(
      fc.string({ maxLength: 200 }),
      fc.string({ maxLength: 200 }).map((text) => `4${text}`),
      fc
        .tuple(fc.constantFrom('0', '1', '2', '3', '4', '5', '6', '51-', '52-'), fc.json())
        .map(([type, json]) => `4${type}/streaming,${json}`),
      fc
        .tuple(fc.nat(99), fc.json())
        .map(([ack, json]) => `42/streaming,${ack}["subscribe_execution",${json}]`),
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    );
    for (const [index, packets] of fc
      .sample(fc.array(packet, { minLength: 5, maxLength: 20 }), { numRuns: BATCHES, seed: 4 })
      .entries()) {
      produce(index);
      const raw = await openTransport(app.url);
      raw.send(`40/streaming,${token}`);
      await raw.until(/^40\/streaming,/);
      for (const one of packets) raw.send(one);
      raw.close();
      await raw.closed;
      expect(raw.received.join('\n')).not.toContain(SECRET_TEXT);
    }
    done.resolve();
    await inbox.ended();
    expect(inbox.sequences).toEqual(oneTo(inbox.sequences.length));
    expect(rejections).toEqual([]);
  });

  it('keeps nothing of those that are gone, and its memory returns', async () => {
    app.streaming.run(secretRun('x'), { executionId: 'run', owner: VIEWER });
    await app.connectAs('viewer');
    const visits = fc.sample(fc.array(message, { minLength: 20, maxLength: 20 }), {
      numRuns: 20,
      seed: 7,
    });
    const storm = async (): Promise<void> => {
      for (const messages of visits) {
        const mallory = await app.connectAs('mallory');
        await Promise.all(messages.map(([event, payload]) => send(mallory, event, payload)));
        mallory.disconnect();
        await app.gateway.drainedTo(1);
      }
    };
    await storm();
    const before = usedHeap();
    for (let round = 0; round < 5; round += 1) await storm();
    expect(usedHeap() - before).toBeLessThan(8 * MEGABYTE);
    expect(app.gateway.getActiveConnections()).toMatchObject([{ principalId: 'viewer' }]);
    expect(app.gateway.getStats()).toMatchObject({ activeConnections: 1, totalConnections: 121 });
  }, 60_000);

  it('survives a hundred thousand packets of the engine that follow no protocol', async () => {
    const { inbox, done, produce } = await watch();
    const token = JSON.stringify({ token: await tokenOf('mallory') });
    const random = new Random(20_261_127);
    const { next } = random;
    /** How many reached the engine: those behind one that ends their transport do not. */
    let taken = 0;
    const { engine } = (app.gateway as unknown as { server: GatewayNamespace }).server.server;
    engine.on('connection', (connection: EventEmitter) => {
      connection.on('packet', () => (taken += 1));
    });
    let produced = 0;
    while (taken < RAW_PACKETS) {
      if (produced < Math.floor((taken / RAW_PACKETS) * BATCHES)) produce(produced++);
      const raw = await openTransport(app.url);
      const joins = next() < 0.9;
      if (joins) {
        raw.send(`40/streaming,${token}`);
        // What comes earlier ends the transport.
        await raw.until(/^40\/streaming,/);
      }
      const isLegal = (): boolean => joins && next() < 0.99;
      for (let index = 0; index < 200; index += 1)
        for (const packet of isLegal() ? legalPackets(random) : [rawPacket(random)])
          raw.send(packet);
      raw.close();
      await raw.closed;
      expect(raw.received.join('\n')).not.toContain(SECRET_TEXT);
    }
    for (; produced < BATCHES; produced += 1) {
      produce(produced);
      await new Promise((resolve) => setImmediate(resolve));
    }
    done.resolve();
    await inbox.ended();
    expect(inbox.sequences).toEqual(oneTo(inbox.sequences.length));
    expect(inbox.brief.filter(([type]) => type === 'custom')).toHaveLength(BATCHES);
    expect(rejections).toEqual([]);
  }, 180_000);
});
