import { describe, expect, it, jest } from '@jest/globals';
import { MemoryStreamLog, type StreamLog } from '../../src/entries/log.js';
import { type ExecutionContext } from '../../src/index.js';
import { Deferred } from '../support/deferred.js';
import { accepted, Inbox, oneTo } from '../support/plain-client.js';
import { startApp } from '../support/streaming-app.js';
import { WIDE_BOUNDS } from '../support/wide-bounds.js';

jest.setTimeout(30_000);

const VIEWERS = 100;
const TOKENS = 2_000;

class CountingLog extends MemoryStreamLog {
  reads = 0;

  constructor() {
    super(WIDE_BOUNDS);
  }

  override read(...args: Parameters<StreamLog['read']>): ReturnType<StreamLog['read']> {
    this.reads += 1;
    return super.read(...args);
  }
}

describe('many viewers that come back at once', () => {
  it('share what is read for them, and each gets every token once, in order', async () => {
    const store = new CountingLog();
    const app = await startApp({ gateway: {}, log: { store }, tokens: { flushIntervalMs: 0 } });
    const [written, end] = [new Deferred(), new Deferred()];
    const { executionId } = app.streaming.run(async (context: ExecutionContext) => {
      for (let index = 0; index < TOKENS; index += 1) {
        context.token(`${index} `, { nodeId: 'writer' });
        await context.ready();
      }
      written.resolve();
      await end.promise;
    });
    await written.promise;

    const clients = Array.from({ length: VIEWERS }, () => app.connect());
    const inboxes = clients.map((client) => new Inbox(client));
    const answers = await Promise.all(
      clients.map(async (client) => client.emitWithAck('subscribe_execution', { executionId })),
    );
    for (const answer of answers) expect(accepted(answer).recovered).toBe(true);
    const text = Array.from({ length: TOKENS }, (_, index) => `${index} `).join('');
    await Promise.all(inboxes.map(async (inbox) => inbox.until(() => inbox.text === text)));
    end.resolve();
    await Promise.all(inboxes.map(async (inbox) => inbox.ended()));

    for (const inbox of inboxes) {
      expect(inbox.sequences).toEqual(oneTo(TOKENS + 2));
      expect(inbox.text).toBe(text);
      // Tokens of one page are joined.
      expect(inbox.updates.length).toBeLessThan(12);
    }
    // Four pages and a few reads that found the end, not as many for each viewer.
    expect(store.reads).toBeLessThan(VIEWERS);
  });

  it('do not disturb who watches another run, and may watch different ones', async () => {
    const app = await startApp({ gateway: {}, tokens: { flushIntervalMs: 0 } });
    const end = new Deferred();
    const runs = Array.from({ length: 20 }, () => {
      const written = new Deferred();
      const { executionId } = app.streaming.run(async (context: ExecutionContext) => {
        for (let index = 0; index < 200; index += 1) context.token('x', { nodeId: 'writer' });
        written.resolve();
        await end.promise;
      });
      return { executionId, written };
    });
    await Promise.all(runs.map(async ({ written }) => written.promise));
    const watched = app.streaming.run(async (context: ExecutionContext) => {
      for (let index = 0; index < 300; index += 1) {
        context.emit('custom', { index });
        await new Promise((resolve) => setImmediate(resolve));
      }
      await end.promise;
    });
    const watcher = app.connect();
    const watching = new Inbox(watcher);
    accepted(await watcher.emitWithAck('subscribe_execution', watched));

    const returning = await Promise.all(
      Array.from({ length: VIEWERS }, async (_, index) => {
        const client = app.connect();
        const inbox = new Inbox(client);
        const { executionId = '' } = runs[index % runs.length] ?? {};
        accepted(await client.emitWithAck('subscribe_execution', { executionId }));
        return inbox;
      }),
    );
    await Promise.all(returning.map(async (inbox) => inbox.until(() => inbox.text.length === 200)));
    await watching.until((updates) => updates.length === 301);
    end.resolve();
    await Promise.all([watching, ...returning].map(async (inbox) => inbox.ended()));
    expect(watching.sequences).toEqual(oneTo(302));
    for (const inbox of returning) expect(inbox.sequences).toEqual(oneTo(202));
  });
});
