import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { startChat } from '../../../support/agent-app.js';
import { as, says as input, USERS } from '../../../support/agents.js';
import { hasRuns, openPage, says, shows } from '../../../support/pages.js';
import { ScriptedChat } from '../../../support/scripted-chat.js';
import { ask } from '../../../support/threads.js';

const agent = { agent: 'chat' };

describe('a page that comes late', () => {
  it('has the same conversation when the logs have lost the beginning', async () => {
    const chat = new ScriptedChat();
    const app = await startChat(chat.graph, {}, { ...USERS, log: { maxEntries: 8 } });
    const early = (await openPage(app)).client.thread('thread-1', agent);
    await early.follow();
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      await early.start(input(`${name} say:5 tool say:5`));
      await shows(early, ({ runs }) => runs.every(({ endedAt }) => endedAt !== undefined));
    }
    await early.start(input('f say:9 tool say:9 hold say:9'));
    await chat.holds('f');
    const late = (await openPage(app)).client.thread('thread-1', agent);
    await late.follow();
    expect(late.messages.length).toBeGreaterThanOrEqual(20);
    chat.release('f');
    await shows(early, ({ runs }) => runs.at(-1)?.state === 'completed');
    await shows(late, ({ runs }) => runs.at(-1)?.state === 'completed');
    const { messages } = await ask(app.connect(as('ada')), 'get_thread', { threadId: 'thread-1' });
    expect(messages).toHaveLength(24);
    for (const thread of [early, late]) {
      const last = messages.at(-1);
      await shows(thread, (view) => isDeepStrictEqual(view.messages.at(-1), last));
      expect(thread.messages).toEqual(messages);
    }
  });

  it('learns why the last run was cancelled, and that one failed', async () => {
    const chat = new ScriptedChat();
    const app = await startChat(chat.graph);
    const early = (await openPage(app)).client.thread('thread-1', agent);
    await early.follow();
    await early.start(input('a say:1 fail'));
    await shows(early, hasRuns('failed'));
    await early.start(input('b say:1 hold'));
    await chat.holds('b');
    await early.cancel({ reason: 'enough' });
    await shows(early, hasRuns('failed', 'cancelled'));
    await shows(early, says('user: a say:1 fail', 'user: b say:1 hold'));
    expect(early.runs[0]).toMatchObject({ error: { code: 'SOURCE_FAILED' } });
    const late = (await openPage(app)).client.thread('thread-1', agent);
    await shows(late, hasRuns('failed', 'cancelled'));
    expect(late.runs[1]).toMatchObject({ reason: 'enough', startedBy: 'ada' });
    await late.follow();
    expect(late.messages).toEqual(early.messages);
  });
});
