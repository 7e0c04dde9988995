import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Followed } from '../pages/page.js';
import { pinnedTo } from './calls.js';
import { DebuggingProtocol } from './debugging-protocol.js';

const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--remote-debugging-port=0',
];

/** What a page takes of a core while it is measured, in percent. */
export interface PageShare {
  readonly mainThread: number;
  /** The part of the main thread that runs JavaScript. */
  readonly script: number;
}

/** An event of a trace. Times are in microseconds. */
interface TraceEvent {
  readonly name: string;
  readonly ts: number;
  readonly dur?: number;
  /** The CPU time that the thread used. */
  readonly tdur?: number;
}

/** @returns why no page can be measured here, if none can */
export function whyNoBrowser(): string | undefined {
  return existsSync(CHROMIUM) ? undefined : `There is no ${CHROMIUM}. CHROMIUM_PATH names another.`;
}

/**
 * A Chromium whose pages are measured. Playwright is not used: it watches the network of each page, and that
 * costs the page time for each message.
 */
export class MeasuredBrowser {
  private constructor(
    private readonly child: ChildProcess,
    private readonly profile: string,
    private readonly protocol: DebuggingProtocol,
  ) {}

  static async start(core: number): Promise<MeasuredBrowser> {
    const profile = mkdtempSync(join(tmpdir(), 'bench-browser-'));
    const [command, ...args] = pinnedTo(core, CHROMIUM, ...ARGS, `--user-data-dir=${profile}`);
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    process.once('exit', () => child.kill('SIGKILL'));
    const protocol = await DebuggingProtocol.connect(await addressOf(child));
    return new MeasuredBrowser(child, profile, protocol);
  }

  /** Opens a page of a server, in which a script of `bench/pages` follows a run. */
  async follow(script: string, followed: Followed): Promise<MeasuredPage> {
    const target = await this.protocol.call<{ readonly targetId: string }>('Target.createTarget', {
      url: 'about:blank',
    });
    const { sessionId } = await this.protocol.call<{ readonly sessionId: string }>(
      'Target.attachToTarget',
      { ...target, flatten: true },
    );
    const page = new MeasuredPage(this.protocol, sessionId);
    await page.open(followed.url);
    await page.evaluate(await bundled(script));
    await page.evaluate(`page.follow(${JSON.stringify(followed)})`);
    return page;
  }

  async stop(): Promise<void> {
    const exited = once(this.child, 'exit');
    await this.protocol.call('Browser.close');
    await exited;
    // Processes of the browser may still write there.
    await rm(this.profile, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** A page in a measured browser. */
export class MeasuredPage {
  constructor(
    private readonly protocol: DebuggingProtocol,
    private readonly sessionId: string,
  ) {}

  async open(url: string): Promise<void> {
    await this.#call('Performance.enable', { timeDomain: 'threadTicks' });
    await this.#call('Page.enable');
    const loaded = this.protocol.once('Page.loadEventFired');
    await this.#call('Page.navigate', { url });
    await loaded;
    await this.#call('Page.disable');
  }

  /** Measures what the page takes until a promise resolves. */
  async shareUntil(done: Promise<unknown>): Promise<PageShare> {
    const events: TraceEvent[] = [];
    this.protocol.on('Tracing.dataCollected', ({ value }: { readonly value: TraceEvent[] }) => {
      for (const event of value) if (event.name === 'v8.callFunction') events.push(event);
    });
    const complete = this.protocol.once('Tracing.tracingComplete');
    await this.#call('Tracing.start', { traceConfig: { includedCategories: ['v8'] } });
    const before = await this.#times();
    await done;
    const after = await this.#times();
    await this.#call('Tracing.end');
    await complete;
    const percent = (ms: number): number => (100 * ms) / (after.atMs - before.atMs);
    return {
      mainThread: percent(after.mainThreadMs - before.mainThreadMs),
      script: percent(scriptMs(events)),
    };
  }

  /** Waits until the page shows a text of this length. @returns what it shows then, or after some seconds */
  shownText(length: number, timeoutMs: number): Promise<string> {
    return this.evaluate(`page.shownText(${length}, ${timeoutMs})`);
  }

  async close(): Promise<void> {
    await this.#call('Page.close');
  }

  async evaluate<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.#call<{
      readonly result: { readonly value: T };
      readonly exceptionDetails?: { readonly exception?: { readonly description?: string } };
    }>('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description);
    return result.value;
  }

  #call<T>(method: string, params?: object): Promise<T> {
    return this.protocol.call(method, params, this.sessionId);
  }

  async #times(): Promise<{ readonly mainThreadMs: number; readonly atMs: number }> {
    const { metrics } = await this.#call<{
      readonly metrics: readonly { readonly name: string; readonly value: number }[];
    }>('Performance.getMetrics');
    const ms = (name: string): number =>
      1_000 * (metrics.find((metric) => metric.name === name)?.value ?? Number.NaN);
    return { mainThreadMs: ms('ThreadTime'), atMs: ms('Timestamp') };
  }
}

/** The CPU time of JavaScript. A function that is called by another is a part of that one. */
function scriptMs(events: readonly TraceEvent[]): number {
  let [sum, end] = [0, 0];
  for (const { ts, dur = 0, tdur = 0 } of [...events].sort((one, other) => one.ts - other.ts)) {
    if (ts < end) continue;
    end = ts + dur;
    sum += tdur;
  }
  return sum / 1_000;
}

async function bundled(script: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`../pages/${script}.js`, import.meta.url))],
    bundle: true,
    format: 'iife',
    globalName: 'page',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    write: false,
  });
  return outputFiles[0]?.text ?? '';
}

/** The address at which a browser can be debugged, which it prints. */
async function addressOf({ stderr }: ChildProcess): Promise<string> {
  if (!stderr) throw new Error('The browser has no output.');
  for await (const line of createInterface(stderr)) {
    const address = /ws:\/\/\S+/.exec(line)?.[0];
    if (!address) continue;
    stderr.resume();
    return address;
  }
  throw new Error('The browser ended.');
}
