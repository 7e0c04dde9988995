import { performance } from 'node:perf_hooks';
import type { ViewerKind } from '../variant.js';
import { viewerToken } from '../viewers/credential.js';
import { connectViewer } from '../viewers/index.js';
import type { ViewerConnection } from '../viewers/viewer-connection.js';
import { ReceivedText } from '../viewers/received-text.js';
import type { Workload } from '../workload.js';
import { answerCalls } from './calls.js';

/** Whom to connect. */
export interface Audience {
  readonly kind: ViewerKind;
  readonly port: number;
  /** The runs are named `<group><number>`. */
  readonly group: string;
  readonly workload: Workload;
  /** How many connect at a time. @default 50 */
  readonly concurrency?: number;
}

/** What the viewers got, which is verified token by token as it arrives. */
export interface Delivered {
  readonly tokens: number;
  readonly frames: number;
  readonly bytes: number;
}

interface Viewer {
  readonly run: number;
  readonly text: ReceivedText;
  readonly connection: ViewerConnection;
  readonly bytesBefore: number;
}

const CONCURRENCY = 50;

let viewers: Viewer[] = [];
let idle: ViewerConnection[] = [];

/** Connects and subscribes every viewer of a workload. */
async function connect({
  kind,
  port,
  group,
  workload,
  concurrency = CONCURRENCY,
}: Audience): Promise<void> {
  const { runs, viewersPerRun, tokensPerRun, tokenLength } = workload;
  const token = await viewerToken();
  const places = Array.from({ length: runs * viewersPerRun }, (_, place) => place % runs);
  viewers = [];
  await inTurns(places, concurrency, async (run) => {
    const text = new ReceivedText(tokensPerRun, tokenLength);
    const connection = await connectViewer(kind, port, token, `${group}${run}`, text);
    viewers.push({ run, text, connection, bytesBefore: connection.bytesRead });
  });
}

/** Connects viewers that subscribe to nothing. */
async function connectIdle({
  kind,
  port,
  count,
}: {
  kind: ViewerKind;
  port: number;
  count: number;
}): Promise<void> {
  const token = await viewerToken();
  await inTurns(Array.from({ length: count }), CONCURRENCY, async () => {
    idle.push(await connectViewer(kind, port, token, undefined, new ReceivedText(0)));
  });
}

/** Resolves when every viewer has the whole text. @throws when one got something else */
async function received({ timeoutMs }: { timeoutMs: number }): Promise<Delivered> {
  const all = Promise.all(viewers.map(({ text }) => text.complete));
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const missing = viewers.filter(({ text }) => !text.isComplete).length;
      reject(new Error(`${missing} of ${viewers.length} viewers did not get the whole text.`));
    }, timeoutMs);
  });
  await Promise.race([all, timeout]);
  clearTimeout(timer);
  const sum = (of: (viewer: Viewer) => number): number =>
    viewers.reduce((total, viewer) => total + of(viewer), 0);
  return {
    tokens: sum(({ text }) => text.tokens),
    frames: sum(({ text }) => text.pieces),
    bytes: sum(({ connection, bytesBefore }) => connection.bytesRead - bytesBefore),
  };
}

/** How many tokens the viewers have. */
const arrived = (): number => viewers.reduce((sum, { text }) => sum + text.tokens, 0);

/** The CPU time that this process used so far, in milliseconds. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

let utilisation = performance.eventLoopUtilization();

/** How busy the viewers were since this was asked last, from 0 to 1. */
function busy(): number {
  const now = performance.eventLoopUtilization();
  const since = performance.eventLoopUtilization(now, utilisation).utilization;
  utilisation = now;
  return since;
}

/** The 50th and 99th percentile of latencies, in milliseconds. */
type Percentiles = readonly [number, number];

/** How long tokens took from being handed over to a viewer's callback. */
function latencies({
  sentAt,
  except = 0,
  from = 0,
  to = Number.POSITIVE_INFINITY,
}: {
  sentAt: readonly Float64Array[];
  /** So many viewers, the last, are left out. */
  except?: number;
  /** Only tokens from this one on, and up to that one. */
  from?: number;
  to?: number;
}): { first: Percentiles; others: Percentiles } {
  const first: number[] = [];
  const others: number[] = [];
  for (const { run, text } of viewers.slice(0, viewers.length - except)) {
    const sent = sentAt[run];
    if (!sent) continue;
    for (const [index, arrivedAt] of text.arrivals()) {
      if (index < from || index >= to) continue;
      const took = arrivedAt - (sent[index] ?? 0);
      if (index === 0) first.push(took);
      else others.push(took);
    }
  }
  return { first: percentiles(first), others: percentiles(others) };
}

/** Makes one viewer, the last, stop reading from the network, or read again. */
function stall({ stalled }: { stalled: boolean }): void {
  const { connection } = viewers.at(-1) ?? {};
  if (stalled) connection?.pause();
  else connection?.resume();
}

/** @throws when a viewer got something wrong, such as more than the whole text */
async function disconnect(): Promise<void> {
  const wrong = viewers.find(({ text }) => text.failure);
  if (wrong) throw wrong.text.failure;
  for (const { connection } of viewers) connection.close();
  for (const connection of idle) connection.close();
  viewers = [];
  idle = [];
}

async function inTurns<T>(
  items: readonly T[],
  concurrency: number,
  handle: (item: T) => Promise<void>,
): Promise<void> {
  for (let from = 0; from < items.length; from += concurrency)
    await Promise.all(items.slice(from, from + concurrency).map(handle));
}

function percentiles(values: readonly number[]): Percentiles {
  const sorted = Float64Array.from(values).sort();
  const at = (percent: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0;
  return [at(50), at(99)];
}

/** In how many pieces each viewer got its text. */
const pieces = (): number[] => viewers.map(({ text }) => text.pieces);

const methods = {
  connect,
  connectIdle,
  received,
  arrived,
  busy,
  cpuMs,
  latencies,
  pieces,
  stall,
  disconnect,
};

export type LoadMethods = typeof methods;

answerCalls(methods);
