import { expect, it } from '@jest/globals';
import type { Ack } from '../../src/client/index.js';
import { StreamingError } from '../../src/errors/streaming.error.js';
import { accepted, Inbox, refused } from '../support/plain-client.js';
import type { PlainClient, StreamingApp } from '../support/streaming-app.js';
import { describeInstances } from './support/backends.js';
import { asking, ASKING, by, connected, knowsAsking } from './support/viewers.js';

const owner = { principalId: 'ada' };
/** What a viewer gets in all when `ada` answers. */
const WHOLE = [
  ['workflow:start', { state: 'running' }],
  ['token', { content: 'before. ' }],
  ['interrupt', { state: 'interrupted', interrupts: [{ id: 'q', value: 'Send it?' }] }],
  ['workflow:resume', { state: 'running', answered: [{ id: 'q', by: 'ada' }] }],
  ['token', { content: 'after.' }],
  ['workflow:end', { state: 'completed' }],
];

const answered = (client: PlainClient, value: unknown): Promise<Ack> =>
  reached(() =>
    client.emitWithAck('respond_interrupt', { executionId: 'ask', interruptId: 'q', value }),
  );

/** Asks again while the instance that it concerns still counts as alive, but is silent. */
async function reached(ask: () => Promise<Ack>): Promise<Ack> {
  for (;;) {
    const ack = await ask();
    if (ack.ok || ack.error.code !== 'INSTANCE_UNREACHABLE') return ack;
  }
}

describeInstances('an execution that waits for an answer', (instances) => {
  /** Instances of which the first runs an execution that asks; a viewer at each of the others. */
  const asked = async (
    count: number,
  ): Promise<{
    apps: StreamingApp[];
    viewers: PlainClient[];
    inboxes: Inbox[];
    answers: unknown[];
    vanish: (app: StreamingApp) => Promise<void>;
    reappear: (app: StreamingApp) => Promise<void>;
  }> => {
    const { start, vanish, reappear } = instances();
    const answers: unknown[] = [];
    const apps: StreamingApp[] = [];
    for (let index = 0; index < count; index += 1) {
      const app = await start(by());
      knowsAsking(app, (answer) => answers.push(answer));
      apps.push(app);
    }
    const [first, ...others] = apps;
    const source = asking(ASKING.input, (answer) => answers.push(answer));
    await first?.streaming.start(source, { executionId: 'ask', owner, resumable: ASKING });
    const viewers = [];
    const inboxes = [];
    for (const app of others) {
      const viewer = await connected(app);
      const inbox = new Inbox(viewer);
      await viewer.emitWithAck('subscribe_execution', { executionId: 'ask' });
      await inbox.until((updates) => updates.some(({ type }) => type === 'interrupt'));
      viewers.push(viewer);
      inboxes.push(inbox);
    }
    return { apps, viewers, inboxes, answers, vanish, reappear };
  };

  it('goes on in another instance when its own died', async () => {
    const { apps, viewers, inboxes, answers, vanish } = await asked(2);
    const [first, second] = apps as [StreamingApp, StreamingApp];
    await vanish(first);
    expect(await second.streaming.status('ask')).toMatchObject({
      state: 'interrupted',
      interrupts: [{ id: 'q', value: 'Send it?' }],
    });
    const [viewer, inbox] = [viewers[0] as PlainClient, inboxes[0] as Inbox];
    const wrong = { executionId: 'ask', interruptId: 'x', value: 1 };
    const refusal = await reached(() => viewer.emitWithAck('respond_interrupt', wrong));
    expect(refused(refusal)).toBe('EXECUTION_NOT_INTERRUPTED');
    accepted(await answered(viewer, 'yes'));
    await inbox.ended();
    expect(inbox.brief).toEqual(WHOLE);
    expect(answers).toEqual(['yes']);
    expect(await second.streaming.status('ask')).toMatchObject({ state: 'completed' });
  });

  it('is not cancelled when its instance closes, and goes on in another', async () => {
    const { apps, viewers, inboxes, answers } = await asked(2);
    await apps[0]?.app.close();
    accepted(await answered(viewers[0] as PlainClient, 'yes'));
    await inboxes[0]?.ended();
    expect(inboxes[0]?.brief).toEqual(WHOLE);
    expect(answers).toEqual(['yes']);
  });

  it('takes one of the answers that come to several instances at once', async () => {
    const { apps, viewers, inboxes, answers, vanish } = await asked(4);
    await vanish(apps[0] as StreamingApp);
    const acks = await Promise.all(viewers.map((viewer, index) => answered(viewer, index)));
    expect(acks.filter(({ ok }) => ok)).toHaveLength(1);
    for (const ack of acks)
      if (!ack.ok) expect(ack.error.code).toMatch(/^EXECUTION_NOT_(INTERRUPTED|ACTIVE)$/);
    for (const inbox of inboxes) {
      await inbox.ended();
      expect(inbox.brief).toEqual(WHOLE);
    }
    expect(answers).toEqual([acks.findIndex(({ ok }) => ok)]);
  });

  it('takes one of the answers that come to one instance at once', async () => {
    const { apps, inboxes, answers, vanish } = await asked(2);
    const [first, second] = apps as [StreamingApp, StreamingApp];
    await vanish(first);
    /** @returns how an answer was refused; undefined if it was taken */
    const answer = async (value: number): Promise<string | undefined> => {
      for (;;) {
        const code = await second.streaming.respond('ask', { interruptId: 'q', value }).then(
          () => undefined,
          (error: unknown) => (StreamingError.isInstance(error) ? error.code : String(error)),
        );
        if (code !== 'INSTANCE_UNREACHABLE') return code;
      }
    };
    const codes = await Promise.all([0, 1, 2, 3, 4].map(answer));
    expect(codes.filter((code) => code === undefined)).toHaveLength(1);
    for (const code of codes)
      expect(code ?? 'EXECUTION_NOT_ACTIVE').toMatch(/^EXECUTION_NOT_(INTERRUPTED|ACTIVE)$/);
    await inboxes[0]?.ended();
    expect(inboxes[0]?.brief.map(([type]) => type)).toEqual(WHOLE.map(([type]) => type));
    expect(answers).toEqual([codes.indexOf(undefined)]);
  });

  it('goes on in an instance that knows its source, whichever is answered', async () => {
    const { start, vanish } = instances();
    const [first, ignorant, knowing] = [await start(by()), await start(by()), await start(by())];
    const answers: unknown[] = [];
    knowsAsking(knowing, (answer) => answers.push(answer));
    await first.streaming.start(asking(ASKING.input), {
      executionId: 'ask',
      owner,
      resumable: ASKING,
    });
    const viewer = await connected(ignorant);
    const inbox = new Inbox(viewer);
    await viewer.emitWithAck('subscribe_execution', { executionId: 'ask' });
    await inbox.until((updates) => updates.some(({ type }) => type === 'interrupt'));
    await vanish(first);
    // A busy instance may take an answer and say so too late. Then the answer that is repeated is refused.
    await answered(viewer, 'yes');
    await inbox.ended();
    expect(inbox.brief).toEqual(WHOLE);
    expect(answers).toEqual(['yes']);
  });

  it('is cancelled by a viewer, though no instance runs it', async () => {
    const { apps, viewers, inboxes, vanish } = await asked(2);
    await vanish(apps[0] as StreamingApp);
    const [viewer] = viewers as [PlainClient];
    await reached(() => viewer.emitWithAck('cancel_execution', { executionId: 'ask' }));
    await inboxes[0]?.ended();
    expect(inboxes[0]?.brief.at(-1)).toEqual(['workflow:cancel', { state: 'cancelled' }]);
    expect(refused(await answered(viewers[0] as PlainClient, 'late'))).toBe('EXECUTION_NOT_ACTIVE');
  });

  it('is no longer that of its instance when that wakes up', async () => {
    const { apps, viewers, inboxes, answers, vanish, reappear } = await asked(2);
    const first = apps[0] as StreamingApp;
    await vanish(first);
    accepted(await answered(viewers[0] as PlainClient, 'yes'));
    const late = first.streaming.respond('ask', { value: 'no' });
    await reappear(first);
    await expect(late).rejects.toMatchObject({
      code: expect.stringMatching(/^EXECUTION_NOT_(INTERRUPTED|ACTIVE)$/),
    });
    await inboxes[0]?.ended();
    expect(inboxes[0]?.brief).toEqual(WHOLE);
    expect(answers).toEqual(['yes']);
  });

  it('is lost with its instance when no other can make its source again', async () => {
    const { start, vanish } = instances();
    const [first, other] = [await start(by()), await start(by())];
    await first.streaming.start(asking(ASKING.input), { executionId: 'ask', owner });
    const viewer = await connected(other);
    const inbox = new Inbox(viewer);
    await viewer.emitWithAck('subscribe_execution', { executionId: 'ask' });
    await inbox.until((updates) => updates.some(({ type }) => type === 'interrupt'));
    await vanish(first);
    await inbox.ended();
    expect(inbox.brief.at(-1)).toMatchObject([
      'workflow:error',
      { state: 'failed', error: { code: 'PRODUCER_LOST' } },
    ]);
  });
});
