import { afterEach, describe, expect, it } from '@jest/globals';
import { deferred, type Deferred } from '../common/deferred.js';
import { draftUpdate, type LogEntry, type UpdateInput } from '../log/log-entry.js';
import type { StreamLog } from '../log/stream-log.js';
import { executionChannel, roomChannel, type Channel } from '../protocol/channel.js';
import type { StreamResetMessage } from '../protocol/server-events.js';
import { DistantLog } from '../../test/support/distant-log.js';
import { FaultyLog } from '../../test/support/faulty-log.js';
import { Delivery, type Subscription } from './delivery.js';
import type { DeliveryTransport } from './delivery-transport.js';
import { SubscriptionFilter } from './subscription-filter.js';

const channel = executionChannel('run');

/** Notes what each client is sent; a client takes nothing while it is held. */
class NotingTransport implements DeliveryTransport {
  readonly sent = new Map<string, LogEntry[]>();
  readonly #held = new Map<string, Deferred<void>>();
  /** Told of each send. */
  onSend: (clientId: string) => void = () => undefined;
  onPrepare: (entry: LogEntry) => void = () => undefined;

  hold(clientId: string): () => void {
    const held = deferred<void>();
    this.#held.set(clientId, held);
    return () => {
      this.#held.delete(clientId);
      held.resolve();
    };
  }

  broadcast(clientIds: Iterable<string>, entries: readonly LogEntry[]): string[] {
    return [...clientIds].filter((clientId) => {
      if (this.#held.has(clientId)) return true;
      this.send(clientId, entries);
      return false;
    });
  }

  send(clientId: string, entries: readonly LogEntry[]): number {
    this.sent.set(clientId, [...(this.sent.get(clientId) ?? []), ...entries]);
    this.onSend(clientId);
    return entries.length;
  }

  push(): boolean {
    return true;
  }

  async drained(clientId: string): Promise<void> {
    await this.#held.get(clientId)?.promise;
  }

  reset(clientId: string, { cursor }: StreamResetMessage): void {
    throw new Error(`${clientId} was reset to ${cursor.sequence}`);
  }

  fail(clientId: string, error: unknown): void {
    throw new Error(`${clientId} was let go`, { cause: error });
  }

  sequencesOf(clientId: string): number[] {
    return (this.sent.get(clientId) ?? []).map(({ sequence }) => sequence);
  }
}

const deliveries: Delivery[] = [];

afterEach(async () => {
  for (const delivery of deliveries.splice(0)) await delivery.close();
});

interface World {
  readonly transport: NotingTransport;
  readonly delivery: Delivery;
  /** `[client, code]` of each subscription that was cut off. */
  readonly lost: [string, unknown][];
  readonly failures: unknown[];
}

function world(log: StreamLog): World {
  const transport = new NotingTransport();
  const lost: [string, unknown][] = [];
  const failures: unknown[] = [];
  const delivery = new Delivery(
    log,
    transport,
    {
      onLost: (clientId, _channel, error) => lost.push([clientId, codeOf(error)]),
      onFailure: (error) => failures.push(error),
    },
    (entry) => {
      transport.onPrepare(entry);
      return entry;
    },
  );
  deliveries.push(delivery);
  return { transport, delivery, lost, failures };
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : error;

async function append(
  log: StreamLog,
  to: Channel,
  ...inputs: readonly Partial<UpdateInput>[]
): Promise<void> {
  await log.append(
    to,
    inputs.map((input) => draftUpdate({ type: 'custom', data: 0, ...input })),
  );
}

async function subscribe(
  delivery: Delivery,
  clientId: string,
  to: Channel = channel,
  filter = new SubscriptionFilter(),
): Promise<Subscription> {
  const subscription = await delivery.subscribe({ clientId }, to, filter);
  if (!subscription) throw new Error('the channel is there');
  return subscription;
}

const turn = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn();
}

/** Keeps the event loop busy for longer than a turn may take. */
function workForATurn(): void {
  const until_ = performance.now() + 6;
  while (performance.now() < until_);
}

describe('two subscriptions of one client to one channel', () => {
  it('give it every update once, when both begin after the second was made', async () => {
    const log = new FaultyLog();
    const { transport, delivery } = world(log);
    await log.open(channel);
    await append(log, channel, {}, {}, {});
    const first = await subscribe(delivery, 'viewer');
    const second = await subscribe(delivery, 'viewer');
    await Promise.all([first.begin(), second.begin(), second.begin()]);
    await append(log, channel, {});
    expect(transport.sequencesOf('viewer')).toEqual([1, 2, 3, 4]);
  });
});

describe('a log that fails', () => {
  it('is followed no more when nobody could be subscribed', async () => {
    const log = new FaultyLog();
    const { delivery } = world(log);
    await log.open(channel);
    const refused = new Error('not for you');
    const admit = (): void => {
      throw refused;
    };
    const filter = new SubscriptionFilter();
    await expect(
      delivery.subscribe({ clientId: 'viewer' }, channel, filter, {}, admit),
    ).rejects.toBe(refused);
    expect(log.followers).toBe(0);
  });

  it('is reported when it fails to be followed no more', async () => {
    const log = new FaultyLog();
    const { delivery, failures } = world(log);
    await log.open(channel);
    await (await subscribe(delivery, 'viewer')).begin();
    log.failures.set('unfollow', 1);
    delivery.removeClient('viewer');
    await until(() => failures.length > 0);
    expect(failures).toEqual([new Error('the log is away: unfollow')]);
  });

  it('cuts a subscription off that falls behind, and only that one', async () => {
    const log = new FaultyLog();
    const { transport, delivery, lost } = world(log);
    await log.open(channel);
    const viewers = await Promise.all(['slow', 'quick'].map((id) => subscribe(delivery, id)));
    await Promise.all(viewers.map((viewer) => viewer.begin()));
    const release = transport.hold('slow');
    await append(log, channel, {});
    log.failures.set('read', 1);
    release();
    await until(() => lost.length > 0);
    await append(log, channel, {});
    expect(lost).toEqual([['slow', new Error('the log is away: read')]]);
    expect(delivery.clientsOf(channel)).toEqual(['quick']);
    expect(transport.sequencesOf('quick')).toEqual([1, 2]);
  });
});

describe('a channel that is made anew', () => {
  it.each([
    ['a log in this process', (log: FaultyLog): StreamLog => log],
    ['a distant log', (log: FaultyLog): StreamLog => new DistantLog(log, () => 2)],
  ])(
    'is another one: its viewers are told, and who comes gets the new, with %s',
    async (_name, as) => {
      const near = new FaultyLog();
      const log = as(near);
      const { transport, delivery, lost } = world(log);
      await near.open(channel);
      await append(near, channel, {}, {});
      await (await subscribe(delivery, 'early')).begin();
      await near.delete(channel);
      const { epoch } = await near.open(channel);
      await append(near, channel, {});
      const late = await subscribe(delivery, 'late');
      expect(late.cursor).toEqual({ epoch, sequence: 0 });
      await late.begin();
      await append(near, channel, {});
      await until(() => transport.sequencesOf('late').length > 1);
      expect(transport.sequencesOf('early')).toEqual([1, 2]);
      expect(transport.sequencesOf('late')).toEqual([1, 2]);
      expect(lost).toEqual([['early', 'CHANNEL_GONE']]);
      expect(near.followers).toBe(1);
    },
  );

  it('tells a subscription that has not begun when it begins', async () => {
    const log = new FaultyLog();
    const { delivery, lost } = world(log);
    await log.open(channel);
    const subscription = await subscribe(delivery, 'viewer');
    await log.delete(channel);
    await turn();
    expect(lost).toEqual([]);
    await subscription.begin();
    expect(lost).toEqual([['viewer', 'CHANNEL_GONE']]);
    expect(delivery.channelsOf('viewer')).toEqual([]);
    expect(log.followers).toBe(0);
  });
});

describe('a filter that changes while its subscription catches up', () => {
  it('holds for whatever is sent after the change', async () => {
    const log = new FaultyLog();
    const { transport, delivery } = world(log);
    await log.open(channel);
    await append(log, channel, { type: 'custom' }, { type: 'progress' }, { type: 'custom' });
    log.onRead = () =>
      delivery.setFilter('viewer', channel, (filter) => filter.withEventTypes(['progress']));
    await (await subscribe(delivery, 'viewer')).begin();
    await append(log, channel, { type: 'custom' }, { type: 'progress' });
    expect(transport.sequencesOf('viewer')).toEqual([2, 5]);
  });
});

describe('viewers that catch up together', () => {
  it('share what is joined for them, whoever else was named in between', async () => {
    const log = new FaultyLog();
    const { transport, delivery } = world(log);
    await log.open(channel);
    const token = (content: string, targets?: readonly string[]): Partial<UpdateInput> => ({
      type: 'token',
      data: { content },
      targets,
    });
    await append(log, channel, token('a'), token('b'), token('for one', ['one']), token('c'));
    const ids = ['one', 'two', 'three'];
    const viewers = await Promise.all(ids.map((id) => subscribe(delivery, id)));
    await Promise.all(viewers.map((viewer) => viewer.begin()));
    expect(transport.sequencesOf('one')).toEqual([2, 3, 4]);
    expect(transport.sequencesOf('two')).toEqual([4]);
    const [joined] = transport.sent.get('two') ?? [];
    expect(joined?.update.data).toEqual({ content: 'abc' });
    expect(transport.sent.get('three')?.[0]).toBe(joined);
  });

  it('do so one in a turn when that takes a turn, and live viewers are served in between', async () => {
    const log = new FaultyLog();
    const { transport, delivery } = world(log);
    const live = executionChannel('live');
    await log.open(live);
    await (await subscribe(delivery, 'live', live)).begin();
    const late = ['a', 'b', 'c', 'd'];
    const happened: string[] = [];
    transport.onPrepare = (entry) => {
      const { executionId } = entry.update.metadata ?? {};
      if (executionId === 'live') return;
      happened.push(`prepare ${executionId}`);
      workForATurn();
      // Something else that the event loop brings meanwhile.
      setImmediate(() => void append(log, live, {}));
    };
    transport.onSend = (clientId) => happened.push(`send ${clientId}`);
    for (const id of late) {
      await log.open(executionChannel(id));
      await append(log, executionChannel(id), {});
    }
    const viewers = await Promise.all(
      late.map((id) => subscribe(delivery, id, executionChannel(id))),
    );
    await Promise.all(viewers.map((viewer) => viewer.begin()));
    await until(() => transport.sequencesOf('live').length === late.length);
    expect(happened).toEqual(late.flatMap((id) => [`prepare ${id}`, `send ${id}`, 'send live']));
  });
});

describe('a log that is far away', () => {
  const far = (): DistantLog => new DistantLog(new FaultyLog(), () => 1);

  it('is asked twice for a first subscription, and at most twice for each that follows', async () => {
    const log = far();
    const { delivery, transport } = world(log);
    await log.open(channel);
    await append(log, channel, {}, {});
    log.calls.length = 0;
    await (await subscribe(delivery, 'first')).begin();
    expect(log.calls).toEqual(['follow', 'read']);
    log.calls.length = 0;
    await (await subscribe(delivery, 'second')).begin();
    // What was read for the first serves the second too, if it comes soon.
    expect(['describe', 'describe,read']).toContain(log.calls.join());
    expect(transport.sequencesOf('second')).toEqual([1, 2]);
  });

  it('is asked twice by whoever comes first into a room, which is created', async () => {
    const log = far();
    const { delivery } = world(log);
    const room = roomChannel('lobby');
    const subscription = await subscribe(delivery, 'first', room);
    await subscription.begin();
    expect(log.calls).toEqual(['follow', 'read']);
    expect(await log.describe(room)).toMatchObject({ head: 0 });
  });

  it('tells whoever admits what the channel is that it subscribes to', async () => {
    const log = far();
    const { delivery } = world(log);
    const owners: unknown[] = [];
    const admit = ({ owner }: { owner?: unknown }): void => void owners.push(owner);
    const enter = async (clientId: string): Promise<unknown> =>
      delivery.subscribe({ clientId }, channel, new SubscriptionFilter(), {}, admit);
    await log.open(channel, { owner: { principalId: 'ada' } });
    await enter('first');
    await log.open(channel, { owner: { principalId: 'eve' } }, { replace: true });
    await enter('second');
    expect(owners.at(0)).toEqual({ principalId: 'ada' });
    expect(owners.at(-1)).toEqual({ principalId: 'eve' });
  });

  it('cuts off whoever follows what is replaced, and nobody who comes after', async () => {
    const log = far();
    const { delivery, transport, lost } = world(log);
    await log.open(channel);
    await (await subscribe(delivery, 'old')).begin();
    await log.open(channel, {}, { replace: true });
    await until(() => lost.length > 0);
    expect(lost).toEqual([['old', 'CHANNEL_GONE']]);
    await append(log, channel, {});
    await (await subscribe(delivery, 'new')).begin();
    expect(transport.sequencesOf('new')).toEqual([1]);
  });
});
