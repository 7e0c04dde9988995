import { Test } from '@nestjs/testing';
import { describe, expect, it } from '@jest/globals';
import { CustomStrategy, StreamingModule, StreamingService } from '../../../src/index.js';
import { langGraph } from '../../../src/sources/langgraph/index.js';
import {
  controlClock,
  scriptedGraph,
  startTestApplication,
  type TestApplication,
} from '../../../src/testing/index.js';
import { oneTo } from '../../support/plain-client.js';
import { onTestEnd } from '../../support/streaming-app.js';

async function start(): Promise<{ app: TestApplication; streaming: StreamingService }> {
  const module = await Test.createTestingModule({
    imports: [
      StreamingModule.forRoot({
        gateway: {
          rooms: 'lobby',
          authentication: {
            strategies: [
              new CustomStrategy(({ token = '' }) => ({ id: token, scopes: [], claims: {} })),
            ],
          },
        },
        log: { retentionMs: 60_000 },
      }),
    ],
  }).compile();
  const nest = module.createNestApplication({ logger: false });
  const app = await startTestApplication(nest);
  onTestEnd(() => app.close());
  return { app, streaming: nest.get(StreamingService) };
}

const ADA = { auth: { token: 'ada' } };
const OWNER = { principalId: 'ada' };
/** How long a busy machine may take. */
const LONG_MS = 20_000;

describe('a test application', () => {
  it('shows a viewer what a scripted graph says, asks and sends, across a cut', async () => {
    const { app, streaming } = await start();
    const viewer = app.viewer(ADA);
    const seen = viewer.watch('run-1');
    const graph = await scriptedGraph(
      { says: 'Shall I?' },
      { asks: 'approve' },
      { sends: { step: 'done' } },
      { says: ' Done.' },
    );
    const source = langGraph(
      graph,
      { messages: [] },
      {
        streamMode: ['messages', 'custom'],
        config: { configurable: { thread_id: 'thread-1' } },
      },
    );
    streaming.run(source, { executionId: 'run-1', owner: OWNER });
    await seen.until('interrupted', LONG_MS);
    expect(seen.text).toBe('Shall I?');

    viewer.cut();
    await viewer.client.respond('run-1', true);
    await seen.until('completed', LONG_MS);
    expect(seen.text).toBe('Shall I? Done.');
    expect(seen.updates.map(({ type }) => type)).toContain('custom');
    expect(seen.sequences).toEqual(oneTo(seen.sequences.length));
  });

  it('tells how a graph failed that was told to', async () => {
    const { app, streaming } = await start();
    const seen = app.viewer(ADA).watch('run-1');
    const source = langGraph(
      await scriptedGraph({ throws: 'No.' }),
      { messages: [] },
      {
        config: { configurable: { thread_id: 'thread-1' } },
      },
    );
    const { done } = streaming.run(source, { executionId: 'run-1', owner: OWNER });
    await expect(done).rejects.toThrow('No.');
    await seen.until('failed', LONG_MS);
  });

  it('follows rooms', async () => {
    const { app, streaming } = await start();
    const seen = app.viewer({ ...ADA, transport: 'polling' }).watchRoom('lobby');
    await seen.ready;
    await streaming.publish('lobby', 'custom', 1);
    await seen.until(({ updates }) => updates.length === 1, LONG_MS);
    expect(seen.sequences).toEqual([1]);
  });

  it('says what came when it waits in vain', async () => {
    const { app, streaming } = await start();
    const seen = app.viewer(ADA).watch('run-1');
    await streaming.run(['a'], { executionId: 'run-1', owner: OWNER }).done;
    await seen.until('completed', LONG_MS);
    await expect(seen.until('cancelled', 20)).rejects.toThrow(
      /run-1 did not come to "cancelled" within 20 ms\. It sent: .*token, workflow:end\.$/,
    );
  });

  it.each([
    ['a run without an owner', {}],
    ['a run of somebody else', { owner: { principalId: 'bob' } }],
    ['a run that has not begun', undefined],
  ])('asks for the owner if the viewer gets nothing of %s', async (_, options) => {
    const { app, streaming } = await start();
    if (options) await streaming.run(['a'], { executionId: 'run-1', ...options }).done;
    await expect(app.viewer(ADA).watch('run-1').until('completed', 20)).rejects.toThrow(
      /It sent: nothing\. The server has not accepted .*is this viewer its owner\?$/,
    );
  });

  it('fails what is waited for when the subscription fails', async () => {
    const { app } = await start();
    const seen = app.viewer(ADA).watch('nobody', { waitForMs: 0 });
    await expect(seen.until('completed')).rejects.toMatchObject({ code: 'EXECUTION_NOT_FOUND' });
  });
});

describe('a controlled clock', () => {
  it('lets the retention of an execution pass at once, while sockets go on', async () => {
    const clock = await controlClock();
    onTestEnd(() => clock.restore());
    const { app, streaming } = await start();
    await streaming.run(['a'], { executionId: 'run-1', owner: OWNER }).done;
    const before = app.viewer(ADA).watch('run-1');
    await before.until('completed', LONG_MS);

    await clock.advance(61_000);
    const after = app.viewer(ADA).watch('run-1', { waitForMs: 0 });
    await expect(after.until('completed')).rejects.toMatchObject({ code: 'EXECUTION_NOT_FOUND' });
  });

  it('shows that until gives up before Jest and Vitest do', async () => {
    const clock = await controlClock();
    onTestEnd(() => clock.restore());
    const { app } = await start();
    const fault = app.viewer(ADA).watch('nobody').until('completed').catch(String);
    await clock.advance(4_000);
    expect(await fault).toMatch('nobody did not come to "completed" within 4000 ms.');
  });
});
