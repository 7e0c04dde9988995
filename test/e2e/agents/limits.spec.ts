import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { StreamingAgent, type StreamingModuleOptions } from '../../../src/index.js';
import { LangGraphAgent } from '../../../src/sources/langgraph/index.js';
import { as, HeldGraph, says, USERS } from '../../support/agents.js';
import { refused } from '../../support/plain-client.js';
import { startApp } from '../../support/streaming-app.js';
import { start } from '../../support/threads.js';

async function chat(agents: StreamingModuleOptions['agents'] = {}) {
  const held = new HeldGraph();
  const { graph } = held;
  @StreamingAgent('chat')
  class Chat extends LangGraphAgent<typeof graph> {
    readonly graph = graph;
    override readonly inputSchema = z.object({
      messages: z.array(z.object({ id: z.string(), role: z.enum(['user']), content: z.string() })),
    });
  }
  const app = await startApp({ ...USERS, agents }, { providers: [Chat] });
  return { held, app };
}

const run = { agent: 'chat', input: says('Hi') };

describe('a start', () => {
  it('is refused with what is wrong with its input', async () => {
    const client = (await chat()).app.connect(as('ada'));
    const input = { messages: [{ id: 'x', role: 'system', content: 7 }] };
    const answer = await client.emitWithAck('start_execution', { ...run, input });
    expect(answer).toMatchObject({
      ok: false,
      error: {
        code: 'INVALID_PAYLOAD',
        issues: [
          { path: 'input.messages.0.role', message: expect.any(String) },
          { path: 'input.messages.0.content', message: expect.any(String) },
        ],
      },
    });
  });

  it.each([
    ['many bytes', says('x'.repeat(2_000)), 'is larger than 1000 bytes of JSON'],
    [
      'deep objects',
      { a: { b: { c: { d: { e: 1 } } } } },
      'is nested too deeply: more than 4 levels',
    ],
  ])('is refused for an input of %s', async (_what, input, message) => {
    const client = (await chat({ maxInputBytes: 1_000, maxInputDepth: 4 })).app.connect(as('ada'));
    const answer = await client.emitWithAck('start_execution', { ...run, input });
    expect(answer).toMatchObject({
      ok: false,
      error: { code: 'INVALID_PAYLOAD', issues: [{ path: 'input', message }] },
    });
  });

  it('is refused to a principal that starts too often, and to nobody else', async () => {
    const { app, held } = await chat({ maxStarts: 2 });
    held.release('Hi');
    const [ada, tab, bob] = ['ada', 'ada', 'bob'].map((token) => app.connect(as(token)));
    await start(ada as never, run);
    await start(tab as never, run);
    const answer = await (ada as NonNullable<typeof ada>).emitWithAck('start_execution', run);
    expect(answer).toMatchObject({
      ok: false,
      error: { code: 'RATE_LIMITED', retryable: true, retryAfterMs: expect.any(Number) },
    });
    await start(bob as never, run);
  });

  it('is refused to a principal that has as many runs as it may, until one ends', async () => {
    const { app, held } = await chat({ maxRunsPerPrincipal: 2 });
    const ada = app.connect(as('ada'));
    const first = await start(ada, { ...run, threadId: 'one' });
    await start(ada, { ...run, threadId: 'one' });
    const refusal = await ada.emitWithAck('start_execution', { ...run, threadId: 'two' });
    expect(refused(refusal)).toBe('LIMIT_EXCEEDED');
    await start(app.connect(as('bob')), run);
    const ended = app.streaming.follow(first.executionId);
    held.release('Hi');
    for await (const _update of ended);
    await ada.emitWithAck('delete_thread', { threadId: 'one' });
    await start(ada, { ...run, threadId: 'two' });
  });

  it('is refused when as many runs wait in its thread as may', async () => {
    const { app } = await chat({ maxQueuedPerThread: 1 });
    const ada = app.connect(as('ada'));
    const answers = [];
    for (let count = 0; count < 3; count += 1)
      answers.push(await ada.emitWithAck('start_execution', { ...run, threadId: 'one' }));
    expect(answers.map((answer) => (answer.ok ? 'ok' : answer.error.code))).toEqual([
      'ok',
      'ok',
      'LIMIT_EXCEEDED',
    ]);
  });
});
