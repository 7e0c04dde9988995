import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { openEventStream } from '../support/event-stream-client.js';
import { onTestEnd } from '../support/streaming-app.js';
import { sequencesOf } from '../e2e/client/waiters.js';
import { io } from 'socket.io-client';
import type { StreamUpdate } from '../../src/index.js';
import { within } from '../support/within.js';
import type {
  StoppedServerOptions,
  StoppedServerOrder,
  StoppedServerReport,
} from './processes/stopped-server.js';

/** How long a server may take that is stopped, which has a fifth of a second for its run. */
const BOUND_MS = 20_000;
/** For the start of the process too. */
const TEST_MS = 60_000;

/** An application in a process of its own. */
class StoppedServer {
  readonly reports: StoppedServerReport[] = [];
  readonly exited: Promise<unknown>;
  readonly #process: ChildProcess;
  #wake = (): void => undefined;

  constructor(options: StoppedServerOptions) {
    this.#process = fork('test/fault/processes/stopped-server.ts', [JSON.stringify(options)], {
      execArgv: ['--import', './test/support/run-typescript.mjs'],
    });
    this.exited = once(this.#process, 'exit');
    this.#process.on('message', (report: StoppedServerReport) => {
      this.reports.push(report);
      this.#wake();
    });
    onTestEnd(() => this.#process.kill('SIGKILL'));
  }

  async told<TMember extends string>(
    member: TMember,
  ): Promise<Extract<StoppedServerReport, Record<TMember, unknown>>> {
    for (;;) {
      const report = this.reports.find((one) => member in one);
      if (report) return report as Extract<StoppedServerReport, Record<TMember, unknown>>;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  order(order: StoppedServerOrder): void {
    this.#process.send(order);
  }

  stop(): void {
    this.#process.kill('SIGTERM');
  }
}

/** What a viewer has of the run. */
interface Viewer {
  readonly updates: readonly StreamUpdate[];
  /** The statuses of its connection; none over server-sent events. */
  readonly statuses: readonly string[];
  has(condition: () => boolean): Promise<void>;
  /** Resolves when the server ended its connection, with the reason. */
  readonly ended: Promise<unknown>;
}

type Transport = 'websocket' | 'polling' | 'sse';

async function watch(url: string, transport: Transport): Promise<Viewer> {
  if (transport === 'sse') {
    const stream = await openEventStream(`${url}/streaming/executions/answer`);
    const completed = once(stream.response, 'end').then(() => 'completed');
    return {
      get updates() {
        return stream.updates as StreamUpdate[];
      },
      statuses: [],
      has: (condition) => stream.until(condition),
      ended: completed,
    };
  }
  const client = io(`${url}/streaming`, { transports: [transport], reconnection: false });
  onTestEnd(() => client.close());
  const updates: StreamUpdate[] = [];
  const statuses: string[] = [];
  const listeners = new EventTarget();
  client.on('connection_status', ({ status }: { status: string }) => statuses.push(status));
  client.on('stream_update', ({ data: { update } }: { data: { update: StreamUpdate } }) => {
    updates.push(update);
    listeners.dispatchEvent(new Event('update'));
  });
  const ended = new Promise((resolve) => client.once('disconnect', resolve));
  await client.emitWithAck('subscribe_execution', { executionId: 'answer' });
  return {
    updates,
    statuses,
    has: async (condition) => {
      while (!condition()) await once(listeners, 'update');
    },
    ended,
  };
}

const textOf = ({ updates }: Viewer): string =>
  updates.map((update) => (update.type === 'token' ? update.data.content : '')).join('');

/** Starts a server, watches its run from the first word, and stops the server. */
async function stopWhileWatched(options: StoppedServerOptions, transport: Transport) {
  const server = new StoppedServer(options);
  const { port } = await server.told('port');
  const url = `http://127.0.0.1:${port}`;
  // Nothing comes in the room: its viewer must not keep the server up.
  const room = await openEventStream(`${url}/streaming/rooms/lobby`);
  const viewer = await watch(url, transport);
  server.order({ say: 'One ' });
  await viewer.has(() => textOf(viewer) === 'One ');
  server.stop();
  await server.told('stopping');
  return { server, viewer, room };
}

const ROWS = (['express', 'fastify'] as const).flatMap((framework) =>
  (['websocket', 'polling', 'sse'] as const).map((transport) => [framework, transport] as const),
);
/** Told when closing begins, and once more when the connection is closed. */
const DRAINED = ['connected', 'draining', 'draining'];

describe.each(ROWS)('SIGTERM in a process on %s, with a viewer over %s', (framework, transport) => {
  const statuses = transport === 'sse' ? [] : DRAINED;

  it(
    'lets the run end, whose viewer gets all of it, and exits with 0',
    async () => {
      const { server, viewer, room } = await stopWhileWatched(
        { framework, drainMs: 600_000, exits: true },
        transport,
      );
      server.order({ say: 'two ' });
      server.order({ say: 'three.' });
      server.order({ end: true });
      expect(await within(BOUND_MS, server.exited, () => 'The server goes on')).toEqual([0, null]);
      await Promise.all([viewer.ended, room.ended()]);
      expect(textOf(viewer)).toBe('One two three.');
      expect(viewer.updates.at(-1)).toMatchObject({
        type: 'workflow:end',
        data: { state: 'completed' },
      });
      expect(viewer.updates.flatMap((update) => sequencesOf(update))).toEqual([1, 2, 3, 4, 5]);
      expect(server.reports.at(-1)).toEqual({ saved: 'the whole answer' });
      expect(viewer.statuses).toEqual(statuses);
    },
    TEST_MS,
  );

  it(
    'cancels a run that goes on, tells its viewer why, and exits with 0',
    async () => {
      const { server, viewer, room } = await stopWhileWatched(
        { framework, drainMs: 200, exits: true },
        transport,
      );
      expect(await within(BOUND_MS, server.exited, () => 'The server goes on')).toEqual([0, null]);
      await Promise.all([viewer.ended, room.ended()]);
      expect(textOf(viewer)).toBe('One ');
      expect(viewer.updates.at(-1)).toMatchObject({
        type: 'workflow:cancel',
        data: { state: 'cancelled', reason: 'The server is stopping.' },
      });
      expect(viewer.updates.flatMap((update) => sequencesOf(update))).toEqual([1, 2, 3]);
      expect(server.reports.at(-1)).toEqual({ saved: 'a partial answer' });
      expect(viewer.statuses).toEqual(statuses);
    },
    TEST_MS,
  );
});

it.each(['express', 'fastify'] as const)(
  'a process on %s ends by the signal if the application does not say otherwise',
  async (framework) => {
    const { server } = await stopWhileWatched({ framework, drainMs: 0, exits: false }, 'websocket');
    expect(await within(BOUND_MS, server.exited, () => 'The server goes on')).toEqual([
      null,
      'SIGTERM',
    ]);
  },
  TEST_MS,
);
