import { expect, it } from '@jest/globals';
import { startChat } from '../../../support/agent-app.js';
import { as, says as input, USERS } from '../../../support/agents.js';
import { agree, hasRuns, openPage, says, shows } from '../../../support/pages.js';
import { ScriptedChat } from '../../../support/scripted-chat.js';
import { describeShared } from '../../../support/shared-backends.js';
import { ask } from '../../../support/threads.js';

const agent = { agent: 'chat' };

describeShared('pages on two instances', (share) => {
  it('show the same conversation, and each goes on with what the other began', async () => {
    const chat = new ScriptedChat();
    const options = { ...USERS, backend: share() };
    const one = await startChat(chat.graph, {}, options);
    const two = await startChat(chat.graph, {}, options);
    const mine = (await openPage(one)).client.thread('thread-1', agent);
    const other = await openPage(two);
    const theirs = other.client.thread('thread-1', agent);
    await Promise.all([mine.follow(), theirs.follow()]);
    await mine.start(input('q say:2 tool say:1 hold ask say:1'));
    await chat.holds('q');
    other.network.cut();
    await shows(theirs, ({ messages }) => messages.at(-1)?.content === 'q1.1 ');
    await agree(mine, theirs);
    chat.release('q');
    await shows(theirs, ({ interrupts }) => interrupts.length === 1);
    await theirs.respond('yes');
    const first = [
      'user: q say:2 tool say:1 hold ask say:1',
      'assistant: q0.1 q0.2 ',
      'tool: did call-q-0',
      'assistant: q1.1 ',
      'assistant: yes. q2.1 ',
    ];
    for (const thread of [mine, theirs]) {
      await shows(thread, hasRuns('completed'));
      await shows(thread, says(...first));
    }
    await theirs.start(input('r say:1'));
    await shows(mine, hasRuns('completed', 'completed'));
    const { messages } = await ask(one.connect(as('ada')), 'get_thread', { threadId: 'thread-1' });
    for (const thread of [mine, theirs]) {
      await shows(thread, says(...first, 'user: r say:1', 'assistant: r0.1 '));
      expect(thread.messages).toEqual(messages);
    }
    expect((await other.client.listThreads()).threads).toMatchObject([{ threadId: 'thread-1' }]);
    await theirs.delete();
    await shows(mine, ({ state }) => state === 'deleted');
  });
});
