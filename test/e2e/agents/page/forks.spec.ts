import { describe, expect, it } from '@jest/globals';
import { startChat } from '../../../support/agent-app.js';
import { says as input } from '../../../support/agents.js';
import { hasRuns, linesOf, openPage, says, shows } from '../../../support/pages.js';
import { ScriptedChat } from '../../../support/scripted-chat.js';

const agent = { agent: 'chat' };

async function answered() {
  const chat = new ScriptedChat();
  const app = await startChat(chat.graph);
  const [one, two] = await Promise.all([openPage(app), openPage(app)]);
  const mine = one.client.thread('thread-1', agent);
  const theirs = two.client.thread('thread-1', agent);
  await Promise.all([mine.follow(), theirs.follow()]);
  await mine.start(input('a say:1'));
  await shows(mine, says('user: a say:1', 'assistant: a0.1 '));
  await shows(mine, ({ checkpointId }) => checkpointId !== undefined);
  const { checkpointId = '' } = mine.view();
  await mine.start(input('b say:1'));
  const whole = ['user: a say:1', 'assistant: a0.1 ', 'user: b say:1', 'assistant: b0.1 '];
  for (const thread of [mine, theirs]) {
    await shows(thread, hasRuns('completed', 'completed'));
    await shows(thread, says(...whole));
  }
  return { chat, app, mine, theirs, checkpointId };
}

describe('a fork', () => {
  it('replaces what came after its checkpoint, on every page and while it answers', async () => {
    const { chat, app, mine, theirs, checkpointId } = await answered();
    const seen: string[][] = [];
    theirs.on('change', () => seen.push(linesOf(theirs)));
    await mine.fork(checkpointId, input('c say:1 hold say:1'));
    await chat.holds('c');
    const late = (await openPage(app)).client.thread('thread-1', agent);
    const before = ['user: a say:1', 'assistant: a0.1 ', 'user: c say:1 hold say:1'];
    for (const thread of [mine, theirs, late])
      await shows(thread, says(...before, 'assistant: c0.1 '));
    // Once the other branch was left it does not come back.
    const left = seen.findIndex((lines) => !lines.includes('user: b say:1'));
    expect(seen.slice(left).flat()).not.toContain('user: b say:1');
    chat.release('c');
    for (const thread of [mine, theirs, late]) {
      await shows(thread, hasRuns('completed', 'completed', 'completed'));
      await shows(thread, says(...before, 'assistant: c0.1 c0.2 '));
    }
  });

  it('answers once more without an input', async () => {
    const { mine, theirs } = await answered();
    const { checkpoints } = await mine.history();
    const asked = checkpoints.find(({ next }) => next.includes('model'));
    const [first] = mine.messages.slice(-1);
    await mine.fork(asked?.checkpointId ?? '');
    for (const thread of [mine, theirs]) {
      await shows(thread, hasRuns('completed', 'completed', 'completed'));
      await shows(thread, ({ messages }) => messages.at(-1)?.id !== first?.id);
      await shows(
        thread,
        says('user: a say:1', 'assistant: a0.1 ', 'user: b say:1', 'assistant: b0.1 '),
      );
    }
  });

  it('of a checkpoint that does not exist is refused, and adds nothing', async () => {
    const { mine } = await answered();
    const [lines, { runs }] = [linesOf(mine), mine];
    const refused = mine.fork('nothing', input('c say:1'));
    await expect(refused).rejects.toMatchObject({ code: 'CHECKPOINT_NOT_FOUND' });
    expect(linesOf(mine)).toEqual(lines);
    expect(mine.runs).toBe(runs);
  });
});
