import { setTimeout as sleep } from 'node:timers/promises';
import { CalledProcess } from '../processes/calls.js';
import type { ClientMethods } from '../processes/client.js';
import { TOKEN_LENGTH, type Workload } from '../workload.js';
import { LOAD_CORE, MeasuredServer, startLoad, TIMEOUT_MS } from './measured-server.js';
import { figureOf, type Scenario } from './result.js';

const NAME = 'the client, 1 run × 50 tok/s';
const TOKENS_PER_SECOND = 50;
const SECONDS = 10;

/** How long it streams before it is measured, so that its code is compiled. */
const WARM_UP_SECONDS = 5;

/** What the client of this package costs a page, in a process of Node. */
export const clientCost: Scenario = {
  name: NAME,
  run: async ({ cycles, scale }) => {
    const [library, plain]: [number[], number[]] = [[], []];
    for (let cycle = 0; cycle < cycles; cycle += 1) {
      library.push(await costOfClient(scale));
      plain.push(await costOfPlainViewer(scale));
    }
    return [
      {
        scenario: NAME,
        metric: 'share of a core that the client takes',
        figure: figureOf(library),
        unit: '%',
        goal: { atMost: 1 },
      },
      {
        scenario: NAME,
        metric: 'the same, a bare WebSocket whose frames are parsed as JSON',
        figure: figureOf(plain),
        unit: '%',
      },
    ];
  },
};

async function costOfClient(scale: number): Promise<number> {
  const server = await MeasuredServer.start('library');
  const client = CalledProcess.start<ClientMethods>('./client.js', [], LOAD_CORE);
  try {
    const workload = workloadOf(scale);
    const group = await server.open(workload);
    await client.call('subscribe', { port: server.port, runId: `${group}0` });
    const share = await shareWhile(server, group, scale, () => client.call('cpuMs'));
    await server.process.call('close', { group });
    await client.call('complete', { length: workload.tokensPerRun * TOKEN_LENGTH });
    return share;
  } finally {
    await Promise.all([client.stop(), server.stop()]);
  }
}

async function costOfPlainViewer(scale: number): Promise<number> {
  const server = await MeasuredServer.start('library');
  const load = startLoad();
  try {
    const workload = workloadOf(scale);
    const group = await server.open(workload);
    await server.connect(load, group, workload);
    const share = await shareWhile(server, group, scale, () => load.call('cpuMs'));
    await load.call('received', { timeoutMs: TIMEOUT_MS });
    return share;
  } finally {
    await Promise.all([load.stop(), server.stop()]);
  }
}

function workloadOf(scale: number): Workload {
  const tokensPerRun = Math.round((WARM_UP_SECONDS + SECONDS) * TOKENS_PER_SECOND * scale);
  return { runs: 1, viewersPerRun: 1, tokensPerRun, tokensPerSecond: TOKENS_PER_SECOND };
}

/** The share of a core, in percent, that a viewer takes while a server streams to it. */
async function shareWhile(
  server: MeasuredServer,
  group: string,
  scale: number,
  cpuMs: () => Promise<number>,
): Promise<number> {
  const streaming = server.process.call('stream', { group, workload: workloadOf(scale) });
  await sleep(WARM_UP_SECONDS * 1_000 * scale);
  const [before, startedAt] = [await cpuMs(), performance.now()];
  await streaming;
  return (100 * ((await cpuMs()) - before)) / (performance.now() - startedAt);
}
