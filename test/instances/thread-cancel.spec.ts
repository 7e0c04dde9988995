import { expect, it } from '@jest/globals';
import type { Ack } from '../../src/client/index.js';
import { deferred, type Deferred } from '../../src/common/deferred.js';
import type { AgentCheckpoints, AgentContext } from '../../src/entries/gateway.js';
import { StreamingAgent, type Agent } from '../../src/index.js';
import { chatOf } from '../support/agent-app.js';
import { as, HeldGraph, says, USERS } from '../support/agents.js';
import { hasRuns, openPage, shows } from '../support/pages.js';
import { accepted } from '../support/plain-client.js';
import { Random } from '../support/random.js';
import { ask, start, ThreadInbox } from '../support/threads.js';
import { describeInstances } from './support/backends.js';

const threadId = 'thread-1';
const agent = { agent: 'chat' };
const run = (text: string) => ({ ...agent, threadId, input: says(text) });

/** An agent whose runs are held before they begin, and count when they do. */
class HeldStart {
  readonly reached = deferred<void>();
  readonly gate: Deferred<void> = deferred();
  begun = 0;

  /** @param isHeld - whether runs of this instance wait */
  metadata(isHeld: boolean) {
    const { reached, gate } = this;
    const begin = (): number => (this.begun += 1);
    let looks = 0;
    @StreamingAgent('chat')
    class HeldAgent implements Agent {
      readonly checkpoints: AgentCheckpoints = {
        get: async () => {
          looks += 1;
          // The first look is whether the agent has such a conversation already.
          if (isHeld && looks > 1) {
            reached.resolve();
            await gate.promise;
          }
          return undefined;
        },
        history: async () => [],
        update: async () => undefined,
        delete: async () => undefined,
      };

      async *source(_input: unknown, { signal }: AgentContext) {
        begin();
        yield 'working ';
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      }
    }
    return { providers: [HeldAgent] };
  }
}

describeInstances('a run that is cancelled on another instance', (instances) => {
  it('while it is about to begin, is cancelled by the time that the answer comes', async () => {
    const held = new HeldStart();
    const { start: startInstance } = instances();
    const one = await startInstance(USERS, held.metadata(true));
    const two = await startInstance(USERS, held.metadata(false));
    const [starter, canceller] = [one.connect(as('ada')), two.connect(as('ada'))];
    const inbox = await ThreadInbox.follow(canceller, threadId);
    const started = start(starter, run('one'));
    await held.reached.promise;
    const { runs } = await ask(canceller, 'get_thread', { threadId });
    const { executionId } = runs[0] ?? { executionId: '' };
    const answered = canceller.emitWithAck('cancel_execution', {
      executionId,
      threadId,
      reason: 'enough',
    });
    held.gate.resolve();
    accepted(await answered);
    const begun = held.begun;
    expect((await started).executionId).toBe(executionId);
    await inbox.ended(1);
    expect(inbox.brief({ [executionId]: 'one' })).toEqual([
      'run:start one running',
      'run:end one cancelled',
    ]);
    expect(held.begun).toBe(begun);
    expect(await ask(canceller, 'get_thread', { threadId })).toMatchObject({ runs: [] });
  });

  it('at the moment of its turn, never begins after the answer, and nothing hangs', async () => {
    const held = new HeldGraph();
    const { start: startInstance } = instances();
    const apps = [
      await startInstance(USERS, chatOf(held.graph)),
      await startInstance(USERS, chatOf(held.graph)),
    ] as const;
    const [ada, bob] = [apps[0].connect(as('ada')), apps[1].connect(as('ada'))];
    const random = new Random(7);
    const inbox = await ThreadInbox.follow(bob, threadId);
    for (let round = 0; round < 25; round += 1) {
      const [first, second] = [`first-${round}`, `second-${round}`];
      await start(bob, run(first));
      await held.begun(first);
      const { executionId } = await start(ada, run(second));
      const cancel = async (): Promise<[Ack, number]> => {
        for (let turns = random.below(8); turns > 0; turns -= 1)
          await new Promise((resolve) => setImmediate(resolve));
        const ack = await bob.emitWithAck('cancel_execution', { executionId, threadId });
        return [ack, held.runs];
      };
      const cancelled = cancel();
      held.release(first);
      const [ack, runsThen] = await cancelled;
      accepted(ack);
      await inbox.ended(2 * (round + 1));
      const ends = inbox.updates.filter(({ type }) => type === 'run:end');
      const end = ends.find(({ data }) => Object(data).executionId === executionId);
      expect([round, end?.data]).toMatchObject([round, { state: 'cancelled' }]);
      expect([round, held.runs]).toEqual([round, runsThen]);
      expect((await ask(ada, 'get_thread', { threadId })).runs).toEqual([]);
    }
  });

  it('by `thread.cancel()` of a page that has only just started it, is cancelled too', async () => {
    const held = new HeldGraph();
    const { start: startInstance } = instances();
    const one = await startInstance(USERS, chatOf(held.graph));
    const two = await startInstance(USERS, chatOf(held.graph));
    const mine = (await openPage(one)).client.thread(threadId, agent);
    const theirs = (await openPage(two)).client.thread(threadId, agent);
    await Promise.all([mine.follow(), theirs.follow()]);
    await mine.start(says('one'));
    await held.begun('one');
    await shows(theirs, hasRuns('running'));
    await theirs.start(says('two'));
    await theirs.cancel({ reason: 'enough' });
    for (const thread of [mine, theirs]) await shows(thread, hasRuns('cancelled', 'cancelled'));
    expect(held.runs).toBe(1);
    held.release('three');
    await theirs.start(says('three'));
    await shows(mine, hasRuns('cancelled', 'cancelled', 'completed'));
  });
});
