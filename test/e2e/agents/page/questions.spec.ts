import { describe, expect, it } from '@jest/globals';
import { startChat } from '../../../support/agent-app.js';
import { says as input } from '../../../support/agents.js';
import { hasRuns, openPage, says, shows } from '../../../support/pages.js';
import { ScriptedChat } from '../../../support/scripted-chat.js';

const agent = { agent: 'chat' };
const said = ['user: q ask say:1', 'assistant: yes. q0.1 '];

describe.each([
  ['waits for the answer', 'wait', ['interrupted'], ['completed']],
  ['ends with its question', 'end', ['completed'], ['completed', 'completed']],
] as const)('a run that %s', (_, onInterrupt, whileAsked, afterwards) => {
  it('is answered on another page, which came later, and all pages know', async () => {
    const app = await startChat(new ScriptedChat().graph);
    const mine = (await openPage(app)).client.thread('thread-1', agent);
    await mine.follow();
    const { executionId } = await mine.start(input('q ask say:1'), { onInterrupt });
    await shows(mine, ({ interrupts }) => interrupts.length === 1);
    expect(mine.runs.map(({ state }) => state)).toEqual(whileAsked);
    const theirs = (await openPage(app)).client.thread('thread-1', agent);
    const { interrupts } = await shows(theirs, (view) => view.interrupts.length === 1);
    expect(interrupts).toEqual(mine.interrupts);
    expect(interrupts).toEqual([{ id: expect.any(String), value: { question: 'q' }, executionId }]);
    const [asked] = interrupts;
    await theirs.respond('yes', { interruptId: asked?.id ?? '' });
    for (const thread of [mine, theirs]) {
      await shows(thread, hasRuns(...afterwards));
      await shows(thread, says(...said));
      expect(thread.interrupts).toEqual([]);
    }
    const late = mine.respond('no');
    await expect(late).rejects.toMatchObject({ code: 'EXECUTION_NOT_INTERRUPTED' });
  });

  it('is answered by a page that does not follow the thread', async () => {
    const app = await startChat(new ScriptedChat().graph);
    const mine = (await openPage(app)).client.thread('thread-1', agent);
    await mine.follow();
    await mine.start(input('q ask say:1'), { onInterrupt });
    await shows(mine, ({ interrupts }) => interrupts.length === 1);
    await (await openPage(app)).client.thread('thread-1', agent).respond('yes');
    await shows(mine, says(...said));
  });
});
