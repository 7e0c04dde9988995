import { describe, expect, it } from '@jest/globals';
import { draftUpdate, type UpdateDraft } from '../../src/log/log-entry.js';
import type { LogEvent } from '../../src/log/log-event.js';
import type { ChannelClaim, LogRead, StreamLog } from '../../src/log/stream-log.js';
import { executionChannel } from '../../src/protocol/channel.js';
import { StreamEventType } from '../../src/protocol/stream-event-type.js';
import { until } from '../../src/testing/log-contract/support.js';
import { clientOf, openBackend, ownPrefix } from '../support/redis-backends.js';
import { RedisServer } from '../support/redis-server.js';
import { onTestEnd } from '../support/streaming-app.js';
import { TcpProxy } from '../support/tcp-proxy.js';

const channel = executionChannel('run');
const UPDATES = 400;

const token = (text: string): UpdateDraft =>
  draftUpdate({ type: StreamEventType.TOKEN, data: { content: text } });

const textOf = (data: unknown): number => Number((data as { content: string }).content);

/** Appends numbers one after the other, some of them before the ones before are acknowledged. */
class Producer {
  readonly acknowledged: number[] = [];
  #written: Promise<unknown> = Promise.resolve();
  #resting: Promise<void> = Promise.resolve();

  constructor(
    private readonly log: StreamLog,
    private claim: ChannelClaim,
  ) {}

  /** Resolves when so many were acknowledged. */
  async until(count: number): Promise<void> {
    await until(() => this.acknowledged.length >= count);
  }

  /** Appends nothing more until this was done. */
  async rest(work: () => Promise<void>): Promise<void> {
    this.#resting = this.#written.then(work);
    await this.#resting;
  }

  async run(): Promise<void> {
    let writing: Promise<void>[] = [];
    for (let number = 1; number <= UPDATES; number += 1) {
      writing.push(this.#append(number));
      if (number % 4 === 0) {
        this.#written = Promise.all(writing);
        await this.#written;
        await this.#resting;
        writing = [];
      }
    }
    await Promise.all(writing);
  }

  async #append(number: number): Promise<void> {
    const { claim } = this;
    const { epoch } = await this.log.append(channel, [token(`${number}`)], { claim });
    this.claim = { ...this.claim, epoch };
    this.acknowledged.push(number);
  }
}

/** Notes what a follower hears. */
class Ear {
  readonly numbers: number[] = [];
  readonly notices: string[] = [];

  readonly hear = (event: LogEvent): void => {
    if (event.type !== 'entries') this.notices.push(event.type);
    else this.numbers.push(...event.entries.map(({ update }) => textOf(update.data)));
  };

  async until(number: number): Promise<void> {
    await until(() => this.numbers.includes(number));
  }
}

interface Scene {
  readonly server: RedisServer;
  readonly proxy: TcpProxy;
  readonly producer: Producer;
}

/** A fault, which heals by itself when it has had its effect. */
type Fault = (scene: Scene) => Promise<void>;

interface Outcome {
  readonly acknowledged: readonly number[];
  readonly heard: readonly number[];
  readonly notices: readonly string[];
  readonly epochs: readonly [before: string, after: string | undefined];
  readonly kept: readonly number[];
}

const numbersOf = (read: LogRead | undefined): number[] =>
  (read?.entries ?? []).map(({ update }) => textOf(update.data));

/** What a fault in the middle of an execution does to the execution and to whoever follows it. */
async function suffer(fault: Fault, config: readonly string[] = []): Promise<Outcome> {
  const server = await RedisServer.start(config);
  onTestEnd(() => server.stop());
  return sufferWith(server, fault);
}

async function sufferWith(server: RedisServer, fault: Fault): Promise<Outcome> {
  const proxy = await TcpProxy.start(server.port);
  onTestEnd(() => proxy.stop());
  const options = { prefix: ownPrefix(), commandTimeoutMs: 500, verifyIntervalMs: 1_000 };
  const [here, there] = [
    await openBackend({ ...options, client: clientOf(proxy.url) }),
    await openBackend({ ...options, client: clientOf(proxy.url) }),
  ];
  onTestEnd(() => Promise.all([here.close(), there.close()]));
  const opened = await here.log.open(channel, { state: 'running' });
  const ear = new Ear();
  await there.log.follow(channel, ear.hear);
  const producer = new Producer(here.log, opened);
  const running = producer.run();
  await producer.until(100);
  await Promise.all([running, fault({ server, proxy, producer })]);
  await ear.until(UPDATES);
  const read = await here.log.read(channel);
  return {
    acknowledged: producer.acknowledged,
    heard: ear.numbers,
    notices: ear.notices,
    epochs: [opened.epoch, read?.epoch],
    kept: numbersOf(read),
  };
}

const ALL = Array.from({ length: UPDATES }, (_, index) => index + 1);

/** With `everysec` Redis may acknowledge what a kill takes from it while the disk is busy. */
const AOF = ['--appendonly', 'yes', '--appendfsync', 'always'];

/** Faults that cost nothing, with the configuration that Redis needs for it. */
const HARMLESS: readonly {
  readonly what: string;
  readonly fault: Fault;
  readonly config?: readonly string[];
}[] = [
  {
    what: 'answers are lost, and then the connections are cut',
    fault: async ({ proxy }) => {
      proxy.deafen();
      await proxy.answered(':');
      proxy.cut();
    },
  },
  {
    what: 'all connections are cut, five times',
    fault: async ({ proxy, producer }) => {
      for (let time = 1; time <= 5; time += 1) {
        proxy.cut();
        await producer.until(100 + time * 40);
      }
    },
  },
  {
    what: 'the network is gone for a while, and then brings what got stuck in it',
    fault: async ({ proxy }) => {
      proxy.partition();
      await proxy.connections(4);
      proxy.heal();
    },
  },
  {
    what: 'connections are dead without being closed, while new ones work',
    fault: async ({ proxy }) => proxy.deaden(),
  },
  {
    what: 'Redis cannot be reached for a while',
    fault: async ({ proxy }) => {
      proxy.refuse();
      await proxy.connections(8);
      proxy.accept();
    },
  },
  {
    what: 'Redis is frozen for a while',
    fault: async ({ server, proxy }) => {
      server.pause();
      await proxy.connections(4);
      server.resume();
    },
  },
  {
    what: 'Redis is killed, and starts again with what it has on its disk',
    fault: async ({ server, proxy }) => {
      await server.kill();
      await proxy.connections(8);
      await server.run();
    },
    config: AOF,
  },
  {
    what: 'Redis has no memory left for a while',
    fault: async ({ server, proxy }) => {
      await server.command('CONFIG', 'SET', 'maxmemory', '1');
      await proxy.answered('OOM');
      await proxy.answered('OOM');
      await server.command('CONFIG', 'SET', 'maxmemory', '0');
    },
  },
  {
    what: 'Redis loads its data, and serves nobody meanwhile',
    fault: async ({ server, proxy }) => {
      await server.command('DEBUG', 'POPULATE', '100', 'filler', '2048');
      // In microseconds for each key.
      await server.command('CONFIG', 'SET', 'key-load-delay', '20000');
      await server.command('CONFIG', 'SET', 'loading-process-events-interval-bytes', '1024');
      const reloaded = server.command('DEBUG', 'RELOAD');
      await proxy.answered('LOADING');
      await reloaded;
    },
    config: ['--enable-debug-command', 'local'],
  },
  {
    what: 'Redis is made a replica, and a primary again',
    fault: async ({ server, proxy }) => {
      // A primary that does not exist, so that the data stays.
      await server.command('REPLICAOF', '127.0.0.1', '1');
      await proxy.answered('READONLY');
      await proxy.answered('READONLY');
      await server.command('REPLICAOF', 'NO', 'ONE');
    },
  },
  {
    what: 'Redis forgets the scripts',
    fault: async ({ server, proxy }) => {
      await server.command('SCRIPT', 'FLUSH');
      await proxy.answered('NOSCRIPT');
    },
  },
  {
    what: 'Redis cuts off the subscribers, since they are too slow',
    fault: async ({ server, producer }) => {
      for (let time = 1; time <= 5; time += 1) {
        await server.command('CLIENT', 'KILL', 'TYPE', 'pubsub');
        await producer.until(100 + time * 40);
      }
    },
  },
];

describe('an execution that is written and followed while', () => {
  it.each(HARMLESS)('$what', async ({ fault, config }) => {
    const { acknowledged, heard, notices, epochs, kept } = await suffer(fault, config);
    expect(acknowledged).toEqual(ALL);
    expect(kept).toEqual(ALL);
    expect(heard).toEqual(ALL);
    expect(notices).toEqual([]);
    expect(epochs[1]).toBe(epochs[0]);
  });

  it('Redis is killed, and starts again empty, goes on in a new epoch', async () => {
    const { acknowledged, heard, notices, epochs, kept } = await suffer(
      async ({ server, proxy }) => {
        await server.kill();
        await proxy.connections(8);
        await server.run();
      },
    );
    expect(acknowledged).toEqual(ALL);
    expect(heard).toEqual(ALL);
    expect(notices).toEqual(['reset']);
    expect(epochs[1]).not.toBe(epochs[0]);
    // What the log kept is the end of it, without a gap.
    expect(kept).toEqual(ALL.slice(-kept.length));
    expect(kept.length).toBeGreaterThanOrEqual(UPDATES - 110);
  });

  it('a replica takes over that lacks the newest updates, goes on in a new epoch', async () => {
    const server = await RedisServer.start(['--repl-diskless-sync-delay', '0']);
    onTestEnd(() => server.stop());
    const link = await TcpProxy.start(server.port);
    onTestEnd(() => link.stop());
    const replica = await RedisServer.start(['--replicaof', '127.0.0.1', `${link.port}`]);
    onTestEnd(() => replica.stop());
    await replica.replicates();
    let lost: number[] = [];
    const { acknowledged, heard, notices, epochs, kept } = await sufferWith(
      server,
      async ({ proxy, producer }) => {
        let last = 0;
        await producer.rest(async () => {
          last = producer.acknowledged.length;
          await replica.catchUp(server);
          link.partition();
        });
        await producer.until(last + 40);
        await server.kill();
        lost = ALL.slice(last, producer.acknowledged.length);
        await replica.command('REPLICAOF', 'NO', 'ONE');
        proxy.targetPort = replica.port;
      },
    );
    expect(acknowledged).toEqual(ALL);
    expect(notices).toEqual(['reset']);
    expect(epochs[1]).not.toBe(epochs[0]);
    expect(lost.length).toBeGreaterThan(0);
    // Nothing is doubled, the order is kept, and only what the replica lacked is missing.
    expect(kept).toEqual([...new Set(kept)].toSorted((one, other) => one - other));
    const missing = ALL.filter((number) => !kept.includes(number));
    expect(lost).toEqual(expect.arrayContaining(missing));
    // Those who followed heard also what was lost; the new epoch begins with what was kept before it.
    expect([...new Set(heard)]).toEqual(ALL);
  });
});
