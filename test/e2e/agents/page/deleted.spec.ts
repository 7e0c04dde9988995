import { expect, it } from '@jest/globals';
import { startChat } from '../../../support/agent-app.js';
import { as, HeldGraph, says as input, USERS } from '../../../support/agents.js';
import { hasRuns, openPage, shows } from '../../../support/pages.js';
import { next, refused } from '../../../support/plain-client.js';
import { describeShared } from '../../../support/shared-backends.js';
import { ask, start, ThreadInbox } from '../../../support/threads.js';

const threadId = 'thread-1';
const agent = { agent: 'chat' };
const GONE = { state: 'deleted', messages: [], runs: [], interrupts: [] };

describeShared('a thread that is deleted, with instances', (share) => {
  /** A thread with a run that ended, open on a page of each of two instances. */
  async function opened() {
    const held = new HeldGraph();
    const options = { ...USERS, backend: share() };
    const one = await startChat(held.graph, {}, options);
    const two = await startChat(held.graph, {}, options);
    const [deleting, cut, tab] = await Promise.all([openPage(one), openPage(two), openPage(two)]);
    const threads = [deleting, cut, tab].map(({ client }) => client.thread(threadId, agent));
    const [mine, theirs, other] = threads as [
      (typeof threads)[0],
      (typeof threads)[0],
      (typeof threads)[0],
    ];
    await Promise.all(threads.map((thread) => thread.follow()));
    held.release('one');
    await mine.start(input('one'));
    for (const thread of threads) await shows(thread, hasRuns('completed'));
    return { held, one, two, network: cut.network, mine, theirs, other };
  }

  it('is told to a page that was away, when it comes back', async () => {
    const { network, mine, theirs, other } = await opened();
    network.down();
    await mine.delete();
    network.up();
    for (const thread of [mine, theirs, other])
      expect(await shows(thread, ({ state }) => state === 'deleted')).toMatchObject(GONE);
  });

  it('is told to a page that is cut off while a run of it is cancelled', async () => {
    const { held, two, network, mine, theirs, other } = await opened();
    const inbox = await ThreadInbox.follow(two.connect(as('ada')), threadId);
    await mine.start(input('two'));
    await held.begun('two');
    await shows(theirs, hasRuns('completed', 'running'));
    const deleted = mine.delete();
    await inbox.ended(2);
    network.cut();
    await deleted;
    for (const thread of [mine, theirs, other])
      expect(await shows(thread, ({ state }) => state === 'deleted')).toMatchObject(GONE);
  });

  it('is told to the page that deletes it, if the answer is lost', async () => {
    const { network, theirs, mine, other } = await opened();
    const deleted = theirs.delete();
    await shows(mine, ({ state }) => state === 'deleted');
    network.cut();
    await deleted.catch((error: unknown) =>
      expect(error).toMatchObject({ code: 'CONNECTION_LOST' }),
    );
    for (const thread of [theirs, other])
      expect(await shows(thread, ({ state }) => state === 'deleted')).toMatchObject(GONE);
  });

  it('begins again only for a page that has seen nothing of it', async () => {
    const { one, two, mine } = await opened();
    const [plain, viewer] = [one.connect(as('ada')), two.connect(as('ada'))];
    const { cursor } = await ask(viewer, 'subscribe_thread', { threadId });
    const gone = next(viewer, 'error');
    await mine.delete();
    expect(await gone).toMatchObject({ code: 'CHANNEL_GONE', threadId });
    for (const client of [plain, viewer])
      expect(refused(await client.emitWithAck('subscribe_thread', { threadId, cursor }))).toBe(
        'THREAD_NOT_FOUND',
      );
    expect(await ask(plain, 'subscribe_thread', { threadId })).toMatchObject({ head: 0, runs: [] });
    const { created } = await start(plain, { agent: 'chat', threadId, input: input('three') });
    expect(created).toBe(true);
  });
});
