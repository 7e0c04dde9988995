import { setTimeout as sleep } from 'node:timers/promises';
import { MeasuredBrowser, whyNoBrowser } from '../processes/browser.js';
import { CalledProcess } from '../processes/calls.js';
import type { ClientMethods } from '../processes/client.js';
import { TOKEN_LENGTH, type Workload } from '../workload.js';
import { LOAD_CORE, MeasuredServer, startLoad, TIMEOUT_MS } from './measured-server.js';
import { measurePages, type PageShares } from './page-cost.js';
import { figureOf, type Goal, type ResultRow, type Scenario } from './result.js';

const NAME = 'the client, 1 run × 50 tok/s';
const TOKENS_PER_SECOND = 50;
const SECONDS = 10;

/** How long it streams before it is measured, so that its code is compiled. */
const WARM_UP_SECONDS = 3;

/** What the client of this package costs a page, and a process of Node. */
export const clientCost: Scenario = {
  name: NAME,
  run: async ({ cycles, scale }) => {
    const pages: PageShares[] = [];
    const [library, plain]: [number[], number[]] = [[], []];
    const missing = whyNoBrowser();
    if (missing !== undefined) process.stderr.write(` without a page: ${missing}`);
    const server = await MeasuredServer.start('library');
    const browser = missing === undefined ? await MeasuredBrowser.start(LOAD_CORE) : undefined;
    try {
      for (let cycle = 0; cycle < cycles; cycle += 1) {
        if (browser)
          pages.push(
            await measurePages(browser, server, workloadOf(scale), warmUpMs(scale), cycle),
          );
        library.push(await costOfClient(server, scale));
        plain.push(await costOfPlainViewer(server, scale));
      }
    } finally {
      await Promise.all([browser?.stop(), server.stop()]);
    }
    return [
      ...(browser ? pageRows(pages) : []),
      row('a process of Node with the client', library),
      row('a process of Node with a bare WebSocket', plain),
    ];
  },
};

/** Everything that the pages have in common is subtracted: the frame, its JSON, and showing the text. */
function pageRows(pages: readonly PageShares[]): ResultRow[] {
  const plain = 'a bare WebSocket';
  const more = (kind: keyof PageShares): number[] =>
    pages.map((page) => page[kind].script - page[plain].script);
  return [
    row('JavaScript of a page, more than with a bare WebSocket', more('library'), { atMost: 1 }),
    row('the same, Socket.IO alone', more('Socket.IO alone')),
    row(
      'all JavaScript of that page',
      pages.map(({ library }) => library.script),
    ),
    row(
      'the main thread of that page, which also draws the text',
      pages.map(({ library }) => library.mainThread),
    ),
    row(
      'the same, a bare WebSocket',
      pages.map((page) => page[plain].mainThread),
    ),
  ];
}

function row(metric: string, shares: readonly number[], goal?: Goal): ResultRow {
  return { scenario: NAME, metric, figure: figureOf(shares), unit: '%', ...(goal && { goal }) };
}

async function costOfClient(server: MeasuredServer, scale: number): Promise<number> {
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
    await client.stop();
  }
}

async function costOfPlainViewer(server: MeasuredServer, scale: number): Promise<number> {
  const load = startLoad();
  try {
    const workload = workloadOf(scale);
    const group = await server.open(workload);
    await server.connect(load, group, workload);
    const share = await shareWhile(server, group, scale, () => load.call('cpuMs'));
    await load.call('received', { timeoutMs: TIMEOUT_MS });
    await server.process.call('close', { group });
    return share;
  } finally {
    await load.stop();
  }
}

const warmUpMs = (scale: number): number => WARM_UP_SECONDS * 1_000 * scale;

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
  await sleep(warmUpMs(scale));
  const [before, startedAt] = [await cpuMs(), performance.now()];
  await streaming;
  return (100 * ((await cpuMs()) - before)) / (performance.now() - startedAt);
}
