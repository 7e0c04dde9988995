import { expect, it } from '@jest/globals';
import type { StreamingModuleOptions } from '../../src/index.js';
import { chatOf } from '../support/agent-app.js';
import { as, HeldGraph, says, USERS } from '../support/agents.js';
import type { PlainClient } from '../support/streaming-app.js';
import { start, ThreadInbox } from '../support/threads.js';
import { describeInstances } from './support/backends.js';

const run = { agent: 'chat', input: says('Hi') };

describeInstances('what a principal may start', (instances) => {
  /** A client of `ada` at each of two instances. */
  async function started(agents: StreamingModuleOptions['agents']) {
    const held = new HeldGraph();
    const { start: startInstance, vanish } = instances();
    const options = { ...USERS, agents: { ...agents } };
    const one = await startInstance(options, chatOf(held.graph));
    const two = await startInstance(options, chatOf(held.graph));
    const clients = [one.connect(as('ada')), two.connect(as('ada'))] as [PlainClient, PlainClient];
    return { held, clients, two, vanish: () => vanish(one) };
  }

  /** Starts many at once, at the instances in turn. @returns how often each outcome came */
  async function startMany(
    clients: readonly PlainClient[],
    payloads: readonly Parameters<typeof start>[1][],
  ): Promise<Record<string, number>> {
    const outcomes: Record<string, number> = {};
    await Promise.all(
      payloads.map(async (payload, index) => {
        const client = clients[index % clients.length] as PlainClient;
        const answer = await client.emitWithAck('start_execution', payload);
        const outcome = answer.ok ? (answer.queued ? 'queued' : 'begun') : answer.error.code;
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      }),
    );
    return outcomes;
  }

  const inThreads = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ ...run, threadId: `thread-${index}` }));

  it('at the same time is counted in all instances', async () => {
    const { held, clients, two } = await started({ maxRunsPerPrincipal: 3 });
    const inboxes = [];
    for (const { threadId } of inThreads(8))
      inboxes.push(await ThreadInbox.follow(clients[0], threadId));
    expect(await startMany(clients, inThreads(8))).toEqual({ begun: 3, LIMIT_EXCEEDED: 5 });
    await start(two.connect(as('bob')), run);
    held.release('Hi');
    await Promise.race(inboxes.map((inbox) => inbox.ended(1)));
    for (const client of clients) await start(client, run);
  });

  it('at the same time does not count what an instance ran that died', async () => {
    const { clients, vanish } = await started({ maxRunsPerPrincipal: 1 });
    const inbox = await ThreadInbox.follow(clients[1], 'thread-0');
    await start(clients[0], { ...run, threadId: 'thread-0' });
    expect(await startMany([clients[1]], [run])).toEqual({ LIMIT_EXCEEDED: 1 });
    await vanish();
    await inbox.ended(1);
    await start(clients[1], run);
  });

  it('per window is counted in all instances', async () => {
    const { clients } = await started({ maxStarts: 5 });
    expect(await startMany(clients, inThreads(12))).toEqual({ begun: 5, RATE_LIMITED: 7 });
  });

  it('in one thread is counted in all instances', async () => {
    const { clients } = await started({ maxQueuedPerThread: 2 });
    const payloads = inThreads(8).map((one) => ({ ...one, threadId: 'thread-0' }));
    expect(await startMany(clients, payloads)).toEqual({ begun: 1, queued: 2, LIMIT_EXCEEDED: 5 });
  });
});
