import { isDeepStrictEqual } from 'node:util';
import { describe, it } from '@jest/globals';
import type { StreamedMessage, Thread } from '../../../../src/client/index.js';
import { startChat } from '../../../support/agent-app.js';
import { as, says as input, USERS } from '../../../support/agents.js';
import { agree, openPage, shows, type Page } from '../../../support/pages.js';
import { Random } from '../../../support/random.js';
import { redisForTests } from '../../../support/redis-for-tests.js';
import { ScriptedChat } from '../../../support/scripted-chat.js';
import { redisBackendOf } from '../../../support/shared-backends.js';
import type { StreamingApp } from '../../../support/streaming-app.js';
import { ask } from '../../../support/threads.js';
import { within } from '../../../support/within.js';

/** `CONVERSATIONS=1000` tries more of them. */
const CONVERSATIONS = Number(process.env['CONVERSATIONS'] ?? 30);
/** How long viewers may take to agree on a busy machine, in milliseconds. */
const PATIENCE_MS = 20_000;

/** One of those who look at a conversation. */
interface Viewer {
  page: Page;
  thread: Thread;
}

/** A conversation that several pages look at, while random things happen to it and to them. */
class Play {
  readonly #viewers: Viewer[] = [];
  readonly #done: string[] = [];
  readonly #random: Random;
  readonly #threadId: string;
  #asked = 0;

  constructor(
    private readonly app: StreamingApp,
    private readonly chat: ScriptedChat,
    private readonly seed: number,
  ) {
    this.#random = new Random(seed);
    this.#threadId = `thread-${seed}`;
  }

  async run(): Promise<void> {
    for (let count = 0; count < 2; count += 1) await this.#come();
    const steps = 6 + this.#random.below(6);
    for (let step = 0; step < steps; step += 1) await this.#act();
    await this.#come();
    await this.#rest();
    for (const { page } of this.#viewers) page.client.close();
  }

  async #act(): Promise<void> {
    const act = this.#random.of(
      () => this.#start(),
      () => this.#start(),
      () => this.#hold(),
      () => this.#answer(),
      () => this.#cancel(),
      () => this.#fork(),
      () => this.#cut(),
      () => this.#reload(),
      () => this.#come(),
    );
    await act();
    await turns(this.#random.below(30));
  }

  #say(text: string): object {
    this.#asked += 1;
    return input(`${this.#name} ${text}`, `${this.#threadId}-${this.#asked}`);
  }

  /** What the next answer is called. */
  get #name(): string {
    return `s${this.seed}n${this.#asked}`;
  }

  get #script(): string {
    const words = (): string => `say:${1 + this.#random.below(6)}`;
    const parts = Array.from({ length: 1 + this.#random.below(3) }, () => [
      this.#random.of('', '', 'ask'),
      words(),
      this.#random.of('tool', 'tool', ''),
    ]);
    const end = this.#random.of('', '', '', 'fail');
    return [...parts.flat(), words(), end].filter((word) => word !== '').join(' ');
  }

  async #start(): Promise<void> {
    const multitask = this.#random.of('enqueue', 'enqueue', 'reject', 'interrupt', 'rollback');
    const onInterrupt = this.#random.of('wait', 'end');
    const script = this.#script;
    this.#note(`start ${script} ${multitask} ${onInterrupt}`);
    await orRefused(this.#anyone.thread.start(this.#say(script), { multitask, onInterrupt }));
  }

  /** All that look agree on an answer that has come half way. */
  async #hold(): Promise<void> {
    const [before, after] = [this.#script, this.#script].map((script) =>
      script.replace(/ ?(ask|fail) ?/g, ' ').trim(),
    );
    const name = `s${this.seed}n${this.#asked + 1}`;
    this.#note(`hold ${before} hold ${after}`);
    this.#asked += 1;
    const text = `${name} ${before} hold ${after}`;
    const said = input(text, `${this.#threadId}-${this.#asked}`);
    await this.#anyone.thread.start(said, { multitask: 'interrupt' });
    await this.#within(this.chat.holds(name), 'The answer did not come to its hold');
    if (this.#random.next() < 0.5) await this.#come();
    if (this.#random.next() < 0.5) await this.#cut();
    const [first, ...others] = this.#viewers.map(({ thread }) => thread);
    if (first) await this.#agree(first, others);
    this.chat.release(name);
  }

  async #agree(first: Thread, others: readonly Thread[]): Promise<void> {
    for (const other of others)
      await this.#within(
        agree(other, first),
        'Viewers do not agree while it is held:\n',
        () => `${dump(other.messages)}\n---\n${dump(first.messages)}`,
      );
  }

  async #answer(): Promise<void> {
    const { thread } = this.#anyone;
    const [asked] = thread.interrupts;
    if (!asked) return;
    this.#note('answer');
    await orRefused(thread.respond('yes', { interruptId: asked.id }));
  }

  async #cancel(): Promise<void> {
    this.#note('cancel');
    await orRefused(this.#anyone.thread.cancel({ reason: 'enough' }));
  }

  async #fork(): Promise<void> {
    const { thread } = this.#anyone;
    const history = await thread.history({ limit: 10 }).catch(() => undefined);
    const checkpoints = history?.checkpoints ?? [];
    if (checkpoints.length === 0) return;
    const { checkpointId } = this.#random.of(...checkpoints);
    const script = this.#script;
    this.#note(`fork ${checkpointId} ${script}`);
    await orRefused(thread.fork(checkpointId, this.#say(script)));
  }

  async #cut(): Promise<void> {
    this.#note('cut');
    this.#anyone.page.network.cut();
  }

  async #reload(): Promise<void> {
    this.#note('reload');
    const viewer = this.#anyone;
    viewer.page.client.close();
    Object.assign(viewer, await this.#open());
  }

  async #come(): Promise<void> {
    if (this.#viewers.length >= 4) return;
    this.#note('come');
    this.#viewers.push(await this.#open());
  }

  async #open(): Promise<Viewer> {
    const page = await openPage(this.app);
    const thread = page.client.thread(this.#threadId, { agent: 'chat' });
    await this.#within(thread.follow(), 'A page could not follow the thread');
    return { page, thread };
  }

  /** Answers what is asked until nothing runs. Then all have what the checkpointer has. */
  async #rest(): Promise<void> {
    const { thread } = this.#anyone;
    for (;;) {
      const { runs, interrupts } = await this.#within(
        shows(thread, (view) => view.interrupts.length > 0 || view.runs.every(isOver)),
        'The runs do not end: ',
        () => JSON.stringify(thread.runs),
      );
      if (runs.every(isOver) && interrupts.length === 0) break;
      const [asked] = interrupts;
      await orRefused(thread.respond('yes', { interruptId: asked?.id ?? '' }));
      await turns(5);
    }
    const client = this.app.connect(as('ada'));
    const { messages } = await ask(client, 'get_thread', { threadId: this.#threadId });
    client.disconnect();
    for (const viewer of this.#viewers)
      await this.#within(
        shows(viewer.thread, (view) => isDeepStrictEqual(view.messages, messages)),
        `A viewer does not have what the checkpointer has:\n${dump(messages)}\n--- but\n`,
        () => dump(viewer.thread.messages),
      );
  }

  get #anyone(): Viewer {
    return this.#random.of(...this.#viewers);
  }

  #note(what: string): void {
    this.#done.push(what);
  }

  #within<T>(awaited: Promise<T>, complaint: string, more = (): string => ''): Promise<T> {
    return within(
      PATIENCE_MS,
      awaited,
      () => `Seed ${this.seed}: ${complaint}${more()}\nafter: ${this.#done.join('; ')}`,
    );
  }
}

const isOver = ({ endedAt }: { readonly endedAt?: number }): boolean => endedAt !== undefined;

function dump(messages: readonly StreamedMessage[]): string {
  return messages.map((message) => JSON.stringify(message)).join('\n');
}

const REFUSALS = [
  'THREAD_BUSY',
  'EXECUTION_NOT_INTERRUPTED',
  'EXECUTION_NOT_ACTIVE',
  'EXECUTION_NOT_FOUND',
  'CONNECTION_LOST',
];

/** A start may be refused, and an answer may come too late: the conversation is what counts. */
async function orRefused(request: Promise<unknown>): Promise<void> {
  await request.catch((error: { readonly code?: string }) => {
    if (!REFUSALS.includes(error.code ?? '')) throw error;
  });
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

const WIDE = {
  gateway: { ...USERS.gateway, rateLimit: false as const },
  agents: { maxStarts: 10_000 },
};

/** Every token is an entry, and few are kept: what is said loses its beginning while it is said. */
const TRIMMED = { log: { maxEntries: 5 }, tokens: { flushIntervalMs: 0 } };

const server = redisForTests();

describe.each([
  ['whole logs', 0, () => ({})],
  ['logs that lose their beginning', 1, () => TRIMMED],
  [
    'logs in Redis that lose their beginning',
    2,
    () => ({ ...TRIMMED, backend: redisBackendOf(server()) }),
  ],
])('random conversations with %s', (_, remainder, options) => {
  it(
    'end with what the checkpointer has for every viewer, who agree meanwhile',
    async () => {
      const chat = new ScriptedChat();
      const app = await startChat(chat.graph, {}, { ...WIDE, ...options() });
      const seeds = Array.from({ length: CONVERSATIONS }, (__, index) => index + 1);
      for (const seed of seeds.filter((one) => one % 3 === remainder))
        await new Play(app, chat, seed).run();
    },
    Math.max(240_000, CONVERSATIONS * 5_000),
  );
});
