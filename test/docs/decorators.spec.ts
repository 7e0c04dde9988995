import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  StreamContext,
  StreamingModule,
  type StreamingModuleOptions,
  StreamProgress,
} from '@hive-academy/langgraph-streaming';
import { Injectable, type Type } from '@nestjs/common';
import { once } from '../e2e/client/waiters.js';
import { as, USERS } from '../support/agents.js';
import { dataOf, runStreamed, tokensOf } from '../support/decorated-calls.js';
import { openClient, refusalOf } from '../support/open-client.js';
import { runFragment, snippetFolder } from '../support/run-snippets.js';
import { fragmentOf, snippetsOf, typeFaults } from '../support/snippets.js';
import { startApp, startAppOf, type StreamingApp } from '../support/streaming-app.js';

const PAGE = 'docs/decorators.md';
const ORDER = { id: '7', topic: 'tea' };
const TEXT = 'About tea: all is well.';

/** The provider of the page. */
interface Writer {
  process(order: typeof ORDER): Promise<object>;
}

/** What is around the page's parts of files. */
const AROUND = `
  import { StreamContext, StreamingModule, type StreamingService } from '@hive-academy/langgraph-streaming';
  import type { Writer } from './writer.service.js';
  declare const streaming: StreamingService;
  declare const writer: Writer;
  declare const order: { id: string; topic: string };
  declare const user: { id: string };
  declare const url: string;
`;

describe('docs/decorators.md', () => {
  let Writer: Type<Writer>;
  beforeAll(async () => {
    ({ Writer } = await (
      await snippetFolder(PAGE)
    ).load<{ Writer: Type<Writer> }>('writer.service.ts'));
  });

  it('has snippets that compile', () => {
    const parts = ['Which execution', 'By hand', 'Options'].map(
      (name) => `async () => { ${fragmentOf(PAGE, name)} }`,
    );
    const code = `${AROUND} export const parts = [${parts.join(',')}];`;
    expect(typeFaults(new Map([...snippetsOf(PAGE), ['parts.ts', code]]))).toEqual([]);
  }, 60_000);

  it('shows a method that streams to a room and to whoever follows the call', async () => {
    const { app, url, streaming } = await startApp(undefined, { providers: [Writer] });
    const room = openClient({ url }).room('order:7');
    await once(room, 'subscribed');
    const types: string[] = [];
    const ended = new Promise<void>((resolve) =>
      room.on('update', ({ type }) => {
        types.push(type);
        if (type === 'events') resolve();
      }),
    );
    const receipt = await app.get<Writer>(Writer).process(ORDER);
    expect(receipt).toEqual({ orderId: '7', parts: 2 });
    await streaming.publish('order:7', 'events', 'it is over');
    await ended;
    expect(types).toEqual(['node:start', 'progress', 'progress', 'node:complete', 'events']);
  });

  it('shows how a call gets an owner', async () => {
    const { app, url, streaming } = await startApp(USERS, { providers: [Writer] });
    const runs: string[] = [];
    const run: typeof streaming.run = (...args) => {
      const handle = streaming.run(...args);
      runs.push(handle.executionId);
      return handle;
    };
    const scope = { streaming: { run }, writer: app.get<Writer>(Writer), order: ORDER };
    await runFragment(PAGE, 'Which execution', { ...scope, user: { id: 'ada' } });
    const [executionId = ''] = runs;
    const ada = openClient({ url, ...as('ada') });
    expect(await ada.execution(executionId).finalText()).toBe(TEXT);
    const bob = openClient({ url, ...as('bob') });
    expect(await refusalOf(bob, executionId)).toBe('EXECUTION_NOT_FOUND');
  });

  it('shows what code inside a method can stream by hand', async () => {
    const { streaming, url } = await startApp();
    const { updates } = await runStreamed(streaming, () =>
      runFragment(PAGE, 'By hand', { StreamContext, fetch, url }),
    );
    expect(updates.map(({ type, data }) => [type, data])).toEqual([
      ['token', { content: 'text' }],
      ['custom', { step: 1 }],
      ['progress', { progress: 30, current: 3, total: 10, message: 'three of ten' }],
    ]);
  });

  it('shows options that apply to all methods', async () => {
    const { app, streaming } = await bootOptions();
    const { updates } = await runStreamed(streaming, () => app.get(Counter).count());
    expect(dataOf(updates, 'progress')).toEqual([
      expect.objectContaining({ progress: 0 }),
      // The other ones came within the interval of 500 ms.
      expect.objectContaining({ progress: 100, etaMs: 0 }),
    ]);
    expect(tokensOf(updates)).toEqual([]);
  });
});

@Injectable()
class Counter {
  @StreamProgress()
  count(): void {
    for (const percent of [10, 20, 30]) StreamContext.current().progress(percent);
  }
}

/** An application with the options of the page. */
async function bootOptions(): Promise<StreamingApp> {
  const forRoot = (options: StreamingModuleOptions) =>
    StreamingModule.forRoot({ gateway: {}, ...options });
  const module = await runFragment<ReturnType<typeof forRoot>>(
    PAGE,
    'Options',
    { StreamingModule: { forRoot } },
    { isExpression: true },
  );
  return startAppOf({ imports: [module], providers: [Counter] });
}
