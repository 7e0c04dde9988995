import { writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { ReplaySubject } from 'rxjs';
import type { ExecutionContext, StreamingService } from '../../src/index.js';
import { deferred } from '../../src/common/deferred.js';
import { oneTo } from '../support/plain-client.js';
import { Random } from '../support/random.js';
import { onTestEnd, startApp } from '../support/streaming-app.js';
import { within } from '../support/within.js';
import { FAULTS, FaultyNetwork } from './network/faulty-network.js';
import type { Fault } from './network/link.js';
import type { Received, Report, Viewer } from './viewers/collected.js';
import { Page } from './viewers/page.js';
import { plainViewer } from './viewers/plain.js';
import { hasPython, pythonViewer } from './viewers/python.js';

/** How many faults; `npm run test:faults -- --faults 3000` makes more. */
const FAULT_COUNT = Number(process.env['FAULTS'] ?? 300);
const SEED = Number(process.env['SEED'] ?? 20_261_127);
/** A network failure that nobody tells of is noticed after this time. */
const PING_MS = 400;
/** Three times as long as a viewer may take to notice a failure and to connect by every transport. */
const PATIENCE_MS = 90_000;
/** The Python client notices a silent failure only after five seconds. */
const SHARE_OF_PYTHON = 0.04;

const TEXTS = ['a', 'Ω', '🙂', ' ', '\n', '👩‍👩‍👧', 'Nothing is lost. '];
const ROOM = 'lobby';

/** Sources of several kinds that stream a little each time they are told to. */
class Sources {
  readonly executions = ['tokens', 'events', 'mixed'];
  readonly record = {
    tokens: { model: '' },
    mixed: { planner: '', writer: '' },
    customs: { events: [] as number[], mixed: [] as number[] },
    messages: [] as (number | string)[],
  };
  readonly #words = new ReplaySubject<string>();
  readonly #items = new ReplaySubject<unknown>();
  readonly #end = deferred<undefined>();
  readonly #mixed = deferred<ExecutionContext>();
  #count = 0;

  constructor(
    private readonly streaming: StreamingService,
    private readonly random: Random,
  ) {
    streaming.run(this.#iterable(), { executionId: 'tokens' });
    streaming.run(this.#items, { executionId: 'events' });
    streaming.run(
      async (context: ExecutionContext) => {
        this.#mixed.resolve(context);
        await this.#end.promise;
      },
      { executionId: 'mixed' },
    );
  }

  async tick(): Promise<void> {
    const mixed = await this.#mixed.promise;
    this.#count += 1;
    const text = this.random.of(...TEXTS);
    const node = this.random.below(2) === 0 ? 'planner' : 'writer';
    this.#words.next(text);
    this.record.tokens.model += text;
    this.#items.next({ type: 'custom', data: this.#count });
    this.record.customs.events.push(this.#count);
    mixed.token(text, { nodeId: node });
    this.record.mixed[node] += text;
    if (this.random.below(4) === 0) {
      mixed.emit('custom', this.#count);
      this.record.customs.mixed.push(this.#count);
    }
    await this.#publish(this.#count);
  }

  async end(): Promise<void> {
    this.#words.complete();
    this.#items.complete();
    this.#end.resolve(undefined);
    await this.#publish('over');
  }

  async #publish(data: number | string): Promise<void> {
    this.record.messages.push(data);
    await this.streaming.publish(ROOM, 'custom', data);
  }

  async *#iterable(): AsyncGenerator<string> {
    const waiting: string[] = [];
    let wake = deferred<undefined>();
    let isOver = false;
    this.#words.subscribe({
      next: (word) => {
        waiting.push(word);
        wake.resolve(undefined);
      },
      complete: () => {
        isOver = true;
        wake.resolve(undefined);
      },
    });
    while (!isOver || waiting.length > 0) {
      if (waiting.length === 0) await wake.promise;
      wake = deferred();
      yield* waiting.splice(0);
    }
  }
}

const textOf = ({ updates }: Received, node: string | null = null): string =>
  updates
    .filter(([type, , nodeId]) => type === 'token' && (nodeId ?? null) === node)
    .map(([, data]) => (data as { content: string }).content)
    .join('');

const customsOf = ({ updates }: Received): unknown[] =>
  updates.filter(([type]) => type === 'custom').map(([, data]) => data);

/** What a viewer got, in the form of what the sources wrote down. */
function recordOf(report: Report): Sources['record'] & { whole: boolean[] } {
  const { tokens, events, mixed, [ROOM]: room } = report;
  if (!tokens || !events || !mixed || !room) throw new Error('A viewer reports every channel.');
  return {
    tokens: { model: textOf(tokens) },
    mixed: { planner: textOf(mixed, 'planner'), writer: textOf(mixed, 'writer') },
    customs: {
      events: customsOf(events) as number[],
      mixed: customsOf(mixed) as number[],
    },
    messages: customsOf(room) as (number | string)[],
    whole: [tokens, events, mixed, room].map(
      ({ sequences }) => sequences.join() === oneTo(sequences.length).join(),
    ),
  };
}

/** What became of the updates of all viewers, for who runs it by hand. */
class Totals {
  updates = 0;
  lost = 0;
  doubled = 0;

  count(report: Report): void {
    for (const { sequences } of Object.values(report)) {
      const distinct = new Set(sequences);
      this.updates += sequences.length;
      this.doubled += sequences.length - distinct.size;
      this.lost += Math.max(0, ...distinct) - distinct.size;
    }
  }

  /** To the file that `test/fault/run.mjs` reads. */
  write(faults: number): void {
    const { updates, lost, doubled } = this;
    const path = process.env['FAULTS_TOTALS'];
    if (path) writeFileSync(path, JSON.stringify({ faults, updates, lost, doubled }));
  }
}

interface Watched {
  readonly viewer: Viewer & { close(): void };
  readonly network: FaultyNetwork;
  /** The share of the faults that its network has. */
  readonly share: number;
  readonly faults: readonly Fault[];
}

const overWebSocket = FAULTS;
const overPolling = FAULTS.filter((fault) => fault !== 'cut during an upgrade');

describe('viewers behind a network that fails', () => {
  it(
    `lose, double and reorder nothing over ${FAULT_COUNT} faults`,
    async () => {
      // Polls that are broken off at the end still load a module to say so.
      onTestEnd(async () => {
        for (let turn = 0; turn < 1_000; turn += 1)
          await new Promise((resolve) => setImmediate(resolve));
      });
      const random = new Random(SEED);
      const { streaming, url } = await startApp({
        gateway: { rooms: ROOM, pingIntervalMs: PING_MS, pingTimeoutMs: PING_MS, rateLimit: false },
        log: { maxEntries: 1_000_000, maxBytes: 1_000_000_000 },
      });
      const sources = new Sources(streaming, random);
      await sources.tick();
      const watched: Watched[] = [];
      const watch = async (
        share: number,
        faults: readonly Fault[],
        open: (address: string) => Watched['viewer'],
      ): Promise<void> => {
        const network = await FaultyNetwork.start(url);
        onTestEnd(() => network.close());
        const viewer = open(network.url);
        onTestEnd(() => viewer.close());
        watched.push({ viewer, network, share, faults });
      };
      const { executions } = sources;
      const page =
        (name: string, transports: readonly ('websocket' | 'polling')[]) => (at: string) =>
          new Page(name, at, ROOM, executions, { transports });
      await watch(0.24, overWebSocket, page('WebSocket', ['websocket']));
      await watch(0.24, overWebSocket, page('WebSocket, then polling', ['websocket', 'polling']));
      await watch(0.12, overPolling, page('polling', ['polling']));
      await watch(0.16, overWebSocket, page('polling, then WebSocket', ['polling', 'websocket']));
      await watch(0.16, overPolling, (at) => plainViewer('socket.io-client', at, ROOM, executions));
      if (hasPython()) {
        for (const transport of ['websocket', 'polling'])
          await watch(
            SHARE_OF_PYTHON,
            [
              'reset',
              'half-close to the viewer',
              'truncation to the viewer',
              'black hole',
              'cut during an acknowledgement',
            ],
            (at) => pythonViewer(`Python, ${transport}`, at, transport, ROOM, executions),
          );
      }
      await Promise.all(
        watched.map(({ viewer }) =>
          within(PATIENCE_MS, viewer.ready, () => `${viewer.name} does not follow everything`),
        ),
      );

      const inflicted = new Map<Fault, number>();
      await Promise.all(
        watched.map(async ({ viewer, network, share, faults }) => {
          const count = Math.ceil(share * FAULT_COUNT);
          for (let done = 0; done < count; done += 1) {
            const fault = faults[done % faults.length] ?? 'reset';
            const over = network.inflict(fault);
            for (let ticks = random.below(4); ticks >= 0; ticks -= 1) await sources.tick();
            await within(
              PATIENCE_MS,
              over,
              () =>
                `${viewer.name} does not go on after fault ${done + 1}, ${fault}: ${network.state}`,
            );
            inflicted.set(fault, (inflicted.get(fault) ?? 0) + 1);
            if (random.below(5) !== 0 || !viewer.reload) continue;
            network.drop();
            viewer.reload();
          }
        }),
      );
      await sources.end();

      const faults = [...inflicted.values()].reduce((sum, count) => sum + count, 0);
      expect(faults).toBeGreaterThanOrEqual(FAULT_COUNT);
      expect([...inflicted.keys()].sort()).toEqual([...FAULTS].sort());
      const totals = new Totals();
      for (const { viewer } of watched) {
        const report = await within(
          PATIENCE_MS,
          viewer.report,
          () => `${viewer.name} does not come to the end`,
        );
        totals.count(report);
        totals.write(faults);
        const { whole, ...record } = recordOf(report);
        expect([viewer.name, whole]).toEqual([viewer.name, [true, true, true, true]]);
        expect([viewer.name, record]).toEqual([viewer.name, sources.record]);
        if (viewer instanceof Page)
          expect(viewer.textOf('tokens')).toBe(sources.record.tokens.model);
      }
    },
    120_000 + FAULT_COUNT * 1_000,
  );
});
