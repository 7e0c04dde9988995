import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { chromium, type Browser, type BrowserContext } from 'playwright-core';
import { ChatPage } from './chat-page.js';

const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

const CHROMIUM_ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The running demo, and a browser to look at it. */
export class Demo {
  readonly #contexts: BrowserContext[] = [];

  private constructor(
    private readonly server: ChildProcess,
    private readonly browser: Browser,
    readonly url: string,
  ) {}

  /** Starts what `npm run demo` starts, on a free port and with words that come faster. */
  static async start(): Promise<Demo> {
    const server = spawn(process.execPath, ['examples/chat/dist/main.js', '--port', '0'], {
      env: { ...process.env, TOKEN_DELAY_MS: '20' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const url = await addressOf(server);
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_ARGS });
    return new Demo(server, browser, url);
  }

  /** A new conversation of a user, in a browser that has not been here before. */
  open(user: string): Promise<ChatPage> {
    return this.openAddress(`${this.url}#user=${user}`);
  }

  /** A page of a browser that has not been here before. */
  async openAddress(address: string): Promise<ChatPage> {
    const context = await this.browser.newContext({ viewport: { width: 1200, height: 1000 } });
    this.#contexts.push(context);
    const page = new ChatPage(await context.newPage());
    await page.page.goto(address);
    return page;
  }

  async closePages(): Promise<void> {
    await Promise.all(this.#contexts.splice(0).map((context) => context.close()));
  }

  async stop(): Promise<void> {
    await this.browser.close();
    const exited = once(this.server, 'exit');
    // False when it has ended already.
    if (this.server.kill()) await exited;
  }
}

/** The address that the demo prints. */
async function addressOf({ stdout }: ChildProcess): Promise<string> {
  if (!stdout) throw new Error('The demo has no output.');
  for await (const line of createInterface(stdout)) {
    const url = /http:\/\/\S+/.exec(line)?.[0];
    if (url) return url;
  }
  throw new Error('The demo ended; build it with "npm run build && npm run build:demo".');
}
