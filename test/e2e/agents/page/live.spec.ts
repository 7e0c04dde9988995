import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { startChat } from '../../../support/agent-app.js';
import { as, says as input } from '../../../support/agents.js';
import { agree, hasRuns, linesOf, openPage, shows } from '../../../support/pages.js';
import { ScriptedChat } from '../../../support/scripted-chat.js';
import { ask } from '../../../support/threads.js';

const threadId = 'thread-1';
const agent = { agent: 'chat' };

describe('an answer with tools, while it grows', () => {
  it('is the same for a page that was there, one that was cut, and one that comes late', async () => {
    const chat = new ScriptedChat();
    const app = await startChat(chat.graph);
    const pages = await Promise.all([openPage(app), openPage(app), openPage(app)]);
    const [early, cut, late] = pages.map(({ client }) => client.thread(threadId, agent));
    if (!early || !cut || !late) throw new Error('There are three pages.');
    await Promise.all([early.follow(), cut.follow()]);
    await cut.start(input('q say:3 tool say:2 hold say:3'));
    await chat.holds('q');
    pages[1]?.network.cut();
    await late.follow();
    const growing = [
      'user: q say:3 tool say:2 hold say:3',
      'assistant: q0.1 q0.2 q0.3 ',
      'tool: did call-q-0',
      'assistant: q1.1 q1.2 ',
    ];
    for (const thread of [early, cut, late])
      await shows(thread, () => isDeepStrictEqual(linesOf(thread), growing));
    await agree(early, late);
    await agree(cut, late);
    expect(early.messages[1]).toMatchObject({
      reasoning: 'About q.',
      toolCalls: [{ id: 'call-q-0', name: 'act', args: { on: 1 } }],
    });
    expect(early.messages[2]).toMatchObject({ toolCallId: 'call-q-0', name: 'act' });
    chat.release('q');
    for (const thread of [early, cut, late]) await shows(thread, hasRuns('completed'));
    const kept = await ask(app.connect(as('ada')), 'get_thread', { threadId });
    for (const thread of [early, cut, late])
      await shows(thread, () => isDeepStrictEqual(thread.messages, kept.messages));
    expect(kept.messages.at(-1)?.content).toBe('q1.1 q1.2 q1.3 q1.4 q1.5 ');
  });
});
