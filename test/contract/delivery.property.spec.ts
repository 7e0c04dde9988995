import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Delivery } from '../../src/delivery/delivery.js';
import type { DeliveryTransport } from '../../src/delivery/delivery-transport.js';
import { SubscriptionFilter } from '../../src/delivery/subscription-filter.js';
import { draftUpdate, type LogEntry } from '../../src/log/log-entry.js';
import { MemoryStreamLog, type StreamLog } from '../../src/entries/log.js';
import { StreamEventType, type Cursor } from '../../src/index.js';
import { executionChannel } from '../../src/protocol/channel.js';
import { deferred, type Deferred } from '../../src/common/deferred.js';
import { DistantLog } from '../support/distant-log.js';

const channel = executionChannel('run');

/** Notes what each client is sent, joined ranges spelled out; a client takes nothing while it stalls. */
class RecordingTransport implements DeliveryTransport {
  readonly received = new Map<string, number[]>();
  readonly #stalled = new Map<string, { takes: number; readonly drained: Deferred<void> }>();

  /** From now on a client takes no more than so many entries. */
  stall(clientId: string, takes: number): void {
    if (!this.#stalled.has(clientId)) this.#stalled.set(clientId, { takes, drained: deferred() });
  }

  drain(clientId: string): void {
    this.#stalled.get(clientId)?.drained.resolve();
    this.#stalled.delete(clientId);
  }

  broadcast(clientIds: Iterable<string>, entries: readonly LogEntry[]): string[] {
    return [...clientIds].filter((clientId) => {
      const refuses = (this.#stalled.get(clientId)?.takes ?? entries.length) < entries.length;
      if (!refuses) this.send(clientId, entries);
      return refuses;
    });
  }

  send(clientId: string, entries: readonly LogEntry[]): number {
    const stalled = this.#stalled.get(clientId);
    const taken = entries.slice(0, stalled?.takes);
    if (stalled) stalled.takes -= taken.length;
    const received = this.received.get(clientId) ?? [];
    this.received.set(clientId, received);
    for (const entry of taken)
      for (let sequence = entry.fromSequence; sequence <= entry.sequence; sequence += 1)
        received.push(sequence);
    return taken.length;
  }

  push(): boolean {
    return true;
  }

  async drained(clientId: string): Promise<void> {
    const stalled = this.#stalled.get(clientId);
    if (stalled?.takes === 0) await stalled.drained.promise;
  }

  reset(clientId: string): void {
    throw new Error(`nothing was trimmed, yet ${clientId} was reset`);
  }

  fail(clientId: string, error: unknown): void {
    throw new Error(`nothing failed, yet ${clientId} was told so`, { cause: error });
  }
}

/** What a producer and some viewers do, in any order and with any delay of the log. */
type Step =
  | { readonly do: 'append'; readonly count: number }
  | { readonly do: 'join'; readonly viewer: number }
  | { readonly do: 'leave'; readonly viewer: number }
  | { readonly do: 'stall'; readonly viewer: number; readonly takes: number }
  | { readonly do: 'drain'; readonly viewer: number }
  | { readonly do: 'turn' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('append' as const),
      count: fc.integer({ min: 1, max: 4 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('join' as const),
      viewer: fc.integer({ min: 0, max: 3 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('leave' as const),
      viewer: fc.integer({ min: 0, max: 3 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('stall' as const),
      viewer: fc.integer({ min: 0, max: 3 }),
      takes: fc.integer({ min: 0, max: 3 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('drain' as const),
      viewer: fc.integer({ min: 0, max: 3 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('turn' as const) }) },
);

const turn = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** One viewer that comes and goes with nothing but its cursor, as a client does. */
class Viewer {
  #busy: Promise<void> = Promise.resolve();
  #cursor: Cursor | undefined;

  constructor(
    readonly clientId: string,
    private readonly delivery: Delivery,
    private readonly transport: RecordingTransport,
  ) {}

  join(): void {
    this.#busy = this.#busy.then(async () => {
      const subscription = await this.delivery.subscribe(
        { clientId: this.clientId },
        channel,
        new SubscriptionFilter(),
        { cursor: this.#cursorNow() },
      );
      if (!subscription) throw new Error('the channel is there');
      expect(subscription.recovered).toBe(true);
      this.#cursor = subscription.cursor;
      // The answer says where the stream goes on, also for who subscribes anew while subscribed.
      const received = this.transport.received.get(this.clientId) ?? [];
      this.transport.received.set(
        this.clientId,
        received.filter((sequence) => sequence <= subscription.cursor.sequence),
      );
      void subscription.begin();
    });
  }

  leave(): void {
    this.#busy = this.#busy.then(() => {
      this.#cursor = this.#cursorNow();
      this.delivery.removeClient(this.clientId);
    });
  }

  async settled(): Promise<void> {
    await this.#busy;
  }

  #cursorNow(): Cursor | undefined {
    const sequence = this.transport.received.get(this.clientId)?.at(-1);
    return (
      this.#cursor && { epoch: this.#cursor.epoch, sequence: sequence ?? this.#cursor.sequence }
    );
  }
}

async function runSteps(
  steps: readonly Step[],
  log: StreamLog,
): Promise<{ appended: number; received: number[][] }> {
  const transport = new RecordingTransport();
  const delivery = new Delivery(log, transport);
  const viewers = [0, 1, 2, 3].map((index) => new Viewer(`viewer-${index}`, delivery, transport));
  await log.open(channel);
  let appended = 0;
  let appending: Promise<unknown> = Promise.resolve();
  const append = (count: number): void => {
    const drafts = Array.from({ length: count }, (_, index) =>
      draftUpdate({
        type: (appended + index) % 5 === 4 ? StreamEventType.EVENTS : StreamEventType.TOKEN,
        data: { content: 'x' },
      }),
    );
    appended += count;
    appending = appending.then(async () => log.append(channel, drafts));
  };
  for (const next of steps) {
    if (next.do === 'append') append(next.count);
    if (next.do === 'join') viewers[next.viewer]?.join();
    if (next.do === 'leave') viewers[next.viewer]?.leave();
    if (next.do === 'stall') transport.stall(`viewer-${next.viewer}`, next.takes);
    if (next.do === 'drain') transport.drain(`viewer-${next.viewer}`);
    if (next.do === 'turn') await turn();
  }
  for (const { clientId } of viewers) transport.drain(clientId);
  for (const viewer of viewers) viewer.join();
  append(1);
  await appending;
  await Promise.all(viewers.map(async (viewer) => viewer.settled()));
  const isComplete = (viewer: Viewer): boolean =>
    (transport.received.get(viewer.clientId)?.at(-1) ?? 0) >= appended;
  for (let turns = 0; turns < 2_000 && !viewers.every(isComplete); turns += 1) await turn();
  const received = viewers.map(({ clientId }) => transport.received.get(clientId) ?? []);
  await delivery.close();
  return { appended, received };
}

describe('delivery, whoever comes, goes and stalls whenever', () => {
  const log = (): MemoryStreamLog =>
    new MemoryStreamLog({
      maxEntries: 10_000,
      maxBytes: 10_000_000,
      retentionMs: 1,
      roomIdleMs: 1,
    });

  it.each([
    ['a log in this process', () => log()],
    ['a distant log', () => new DistantLog(log(), () => 2)],
  ])('gives every viewer every update once, in order, with %s', async (_name, create) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { appended, received } = await runSteps(steps, create());
        const all = Array.from({ length: appended }, (_, index) => index + 1);
        for (const sequences of received) expect(sequences).toEqual(all);
      }),
      { numRuns: 200 },
    );
  });

  it('gives every viewer every update once, in order, with a log whose distance changes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 40 }),
        fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 50 }),
        async (steps, distances) => {
          let call = 0;
          const distance = (): number => distances[(call += 1) % distances.length] ?? 0;
          const { appended, received } = await runSteps(steps, new DistantLog(log(), distance));
          const all = Array.from({ length: appended }, (_, index) => index + 1);
          for (const sequences of received) expect(sequences).toEqual(all);
        },
      ),
      { numRuns: 200 },
    );
  });
});
