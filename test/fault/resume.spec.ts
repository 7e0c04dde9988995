import { describe, expect, it } from '@jest/globals';
import {
  createStreamingClient,
  type StreamingClient,
  type StreamUpdate,
  type SubscriptionSnapshot,
} from '../../src/client/index.js';
import type { ExecutionContext, StreamingService } from '../../src/index.js';
import { CuttableProxy } from '../e2e/client/cuttable-proxy.js';
import { sequencesOf } from '../e2e/client/waiters.js';
import { Random } from '../support/random.js';
import { onTestEnd, startApp, type StreamingApp } from '../support/streaming-app.js';

/**
 * Runs of tokens, events, progress and room messages, watched by viewers whose transport is cut, who
 * reload or who come late, each at random points. The points are random but the same every time.
 */
const RUNS = 40;
const STEPS = 60;
const CUTS_PER_VIEWER = 4;
const SEED = 20_261_123;

/** What a source says at once; it splits the character of two tokens. */
const ALPHABET = [['a'], ['Ω'], ['🙂'], ['\ud83d', '\ude42'], [' '], ['\n'], ['👩‍👩‍👧']];

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

/** What a run streamed, to compare with what viewers got. */
interface Streamed {
  readonly text: string;
  readonly roomMessages: number;
}

/** Streams a random script, and calls `beforeStep` before each step of it. */
async function streamScript(
  { token, emit, progress, executionId }: ExecutionContext,
  streaming: StreamingService,
  random: Random,
  beforeStep: (step: number) => Promise<void>,
): Promise<Streamed> {
  let text = '';
  let roomMessages = 0;
  for (let step = 0; step < STEPS; step += 1) {
    await beforeStep(step);
    const kind = random.below(10);
    if (kind < 6) {
      const tokens = random.of(...ALPHABET);
      const priority = random.below(8) === 0 ? 'high' : 'normal';
      // One node, since the order of text between nodes is not promised within a flush interval.
      for (const content of tokens) token(content, { nodeId: 'model', priority });
      text += tokens.join('');
    } else if (kind === 6) emit('events', { step }, { nodeId: 'model' });
    else if (kind === 7) progress(step);
    else {
      roomMessages += 1;
      await streaming.publish(`room of ${executionId}`, 'events', roomMessages);
    }
  }
  return { text, roomMessages };
}

interface Snapshots {
  readonly run?: SubscriptionSnapshot;
  readonly room?: SubscriptionSnapshot;
}

/** One page with a viewer: it may lose its connection, and be reloaded with nothing but its snapshots. */
class Viewer {
  readonly run: number[] = [];
  readonly room: number[] = [];
  ended: Promise<unknown> = Promise.resolve();
  #client: StreamingClient | undefined;
  #snapshots: Snapshots = {};
  #takeSnapshots: () => void = () => undefined;
  #runText: () => string = () => '';
  #roomReached: (() => void) | undefined;

  constructor(
    private readonly executionId: string,
    private readonly network: CuttableProxy,
  ) {}

  open(): void {
    this.#client = createStreamingClient({
      url: this.network.url,
      transports: ['websocket'],
      reconnection: { minDelayMs: 1, maxDelayMs: 5 },
    });
    const { run: runSnapshot, room: roomSnapshot } = this.#snapshots;
    const run = this.#client.execution(
      this.executionId,
      runSnapshot ? { snapshot: runSnapshot } : {},
    );
    const room = this.#client.room(
      `room of ${this.executionId}`,
      roomSnapshot?.cursor ? { snapshot: roomSnapshot } : { from: 'start' },
    );
    run.on('update', (update: StreamUpdate) => this.run.push(...sequencesOf(update)));
    room.on('update', (update: StreamUpdate) => {
      this.room.push(...sequencesOf(update));
      this.#roomReached?.();
    });
    this.ended = run.done;
    this.#runText = () => run.text;
    this.#takeSnapshots = () => {
      // Through JSON, as sessionStorage would do.
      this.#snapshots = JSON.parse(
        JSON.stringify({ run: run.snapshot(), room: room.snapshot() }),
      ) as Snapshots;
    };
  }

  get isOpen(): boolean {
    return this.#client !== undefined;
  }

  get text(): string {
    return this.#runText();
  }

  cut(): void {
    this.network.cut();
  }

  reload(): void {
    this.#takeSnapshots();
    this.close();
    this.open();
  }

  close(): void {
    this.#client?.close();
    this.#client = undefined;
  }

  async roomHas(count: number): Promise<void> {
    while (this.room.length < count)
      await new Promise<void>((resolve) => (this.#roomReached = resolve));
  }
}

type Fate = (viewer: Viewer) => void;

const FATES: readonly Fate[] = [(viewer) => viewer.cut(), (viewer) => viewer.reload()];

async function watchOneRun(
  app: StreamingApp,
  networks: readonly CuttableProxy[],
  seed: number,
): Promise<{ cuts: number }> {
  const random = new Random(seed);
  const executionId = `run ${seed}`;
  const viewers = networks.map((network) => new Viewer(executionId, network));
  // When each viewer opens its page (the first one before the start) and when what befalls it.
  const opensAt = viewers.map((_, index) => (index === 0 ? 0 : random.below(STEPS)));
  const fates = viewers.map(() =>
    Array.from({ length: CUTS_PER_VIEWER }, () => ({
      step: random.below(STEPS),
      turns: random.below(6),
      fate: FATES[random.below(4) === 0 ? 1 : 0],
    })),
  );
  let cuts = 0;

  let streamed: Streamed = { text: '', roomMessages: 0 };
  const { done } = app.streaming.run(
    async (context: ExecutionContext) => {
      streamed = await streamScript(context, app.streaming, random, async (step) => {
        await turns(random.below(4));
        for (const [index, viewer] of viewers.entries()) {
          if (opensAt[index] === step) viewer.open();
          for (const blow of fates[index] ?? []) {
            if (blow.step !== step || !viewer.isOpen) continue;
            await turns(blow.turns);
            blow.fate?.(viewer);
            cuts += 1;
          }
        }
      });
    },
    { executionId },
  );
  await done;
  for (const viewer of viewers) {
    if (!viewer.isOpen) viewer.open();
    await viewer.ended;
    await viewer.roomHas(streamed.roomMessages);
  }

  const info = await endOf(app.streaming, executionId);
  const all = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
  for (const viewer of viewers) {
    expect(viewer.run).toEqual(all(info));
    expect(viewer.room).toEqual(all(streamed.roomMessages));
    expect(viewer.text).toBe(streamed.text);
    viewer.close();
  }
  return { cuts };
}

/** The sequence number of the last update of an execution. */
async function endOf(streaming: StreamingService, executionId: string): Promise<number> {
  let last = 0;
  for await (const { metadata } of streaming.follow(executionId))
    last = metadata?.sequenceNumber ?? last;
  return last;
}

describe('viewers whose connection is cut at random points', () => {
  it.each([
    ['tokens joined at the default interval', undefined],
    ['every token on its own', 0],
  ])(
    'get every update exactly once, in order, and the exact text: %s',
    async (_name, flushIntervalMs) => {
      const app = await startApp({
        gateway: {},
        tokens: flushIntervalMs === undefined ? {} : { flushIntervalMs },
      });
      const networks = await Promise.all([1, 2, 3].map(async () => CuttableProxy.start(app.url)));
      for (const network of networks) onTestEnd(async () => network.close());
      let cuts = 0;
      for (let run = 0; run < RUNS; run += 1)
        cuts += (await watchOneRun(app, networks, SEED + run)).cuts;
      expect(cuts).toBeGreaterThan(200);
    },
    60_000,
  );
});
