import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { ChatPage } from './chat-page.js';
import { Demo } from './demo.js';

const END = /Have a good trip! 👩‍👩‍👧$/;
const GREETING = /what a good idea! 🎉 I look for a train first\.$/;
const TRAIN = 'two seats on IC 571 to Porto, Saturday 08:12, for 118 €';
const QUESTION = 'A weekend in Porto';

let demo: Demo;

beforeAll(async () => {
  demo = await Demo.start();
});

afterEach(() => demo.closePages());

afterAll(() => demo.stop());

/** A page of Ada on which she asked something. */
async function ask(text = QUESTION): Promise<ChatPage> {
  const page = await demo.open('ada');
  await page.ask(text);
  return page;
}

/** A supervisor who looks at the conversation of another page. */
const supervise = ({ address }: ChatPage): Promise<ChatPage> =>
  demo.openAddress(address.replace(/user=\w+/, 'user=sam'));

/** A conversation of Ada to which a supervisor said yes or no, at its end. */
async function finished(text = QUESTION, answer = 'Approve'): Promise<ChatPage> {
  const ada = await ask(text);
  await ada.question.waitFor();
  const sam = await supervise(ada);
  await sam.press(answer);
  await ada.hears(END);
  await ada.rests();
  return ada;
}

describe('the chat', () => {
  it('shows the tools that the agent calls, with their results, and an answer that grows', async () => {
    const ada = await ask();
    await ada.question.waitFor();
    await ada.page.locator('progress[aria-label="Progress"][value="100"]').waitFor();
    expect(await ada.said()).toEqual([
      QUESTION,
      expect.stringMatching(GREETING),
      `find_train Porto\n${TRAIN}`,
      'There is a train to Porto. I have to ask before I reserve the seats.',
      `reserve_seats ${TRAIN}\n…`,
    ]);
    expect(ada.errors).toEqual([]);
  });

  it('is approved by another person, who finds what waits', async () => {
    const ada = await ask('A weekend in Oslo');
    await ada.question.waitFor();
    expect(await ada.question.innerText()).toContain('A supervisor has to approve this.');
    expect(await ada.question.getByRole('button').count()).toBe(0);

    const sam = await demo.open('sam');
    const waiting = sam.list('Waiting for approval').getByText(/^ada: Reserve .* to Oslo, .*\?$/);
    await waiting.click();
    await sam.press('Approve');
    await ada.hears(END);
    await ada.rests();
    const said = await ada.said();
    expect(said.at(-1)).toMatch(/Your seats are reserved\./);
    expect(said.at(-2)).toEqual(
      expect.stringMatching(/^reserve_seats .*\nThe seats are reserved\.$/),
    );
    await sam.rests();
    expect(await sam.said()).toEqual(said);
    await waiting.waitFor({ state: 'detached' });
  });

  it('reserves nothing if the supervisor rejects', async () => {
    const ada = await finished(QUESTION, 'Reject');
    expect((await ada.said()).at(-1)).toMatch(/I reserved nothing\./);
  });

  it('lists conversations by their titles, and opens each again', async () => {
    const ada = await ask('A weekend in Turin');
    await ada.question.waitFor();
    await ada.press('New conversation');
    await ada.ask('A weekend in Vienna');
    await ada.question.getByText('to Vienna').waitFor();
    const links = ada.list('Conversations').getByRole('link');
    expect((await links.allInnerTexts()).slice(0, 2)).toEqual([
      'A weekend in Vienna',
      'A weekend in Turin',
    ]);

    await ada.openFrom('Conversations', 'A weekend in Turin');
    await ada.question.getByText('to Turin').waitFor();
    expect((await ada.said())[0]).toBe('A weekend in Turin');
    await ada.press('Rename');
    await ada.page.getByLabel('Title').fill('Turin, at last');
    await ada.press('Save');
    await links.getByText('Turin, at last').waitFor();
    await ada.page.getByRole('heading', { name: 'Turin, at last' }).waitFor();
  });

  it('shows the same in every tab, however it came', async () => {
    const ada = await ask();
    await ada.hears(GREETING);
    const tab = await demo.openAddress(ada.address);
    await tab.question.waitFor();
    await ada.question.waitFor();
    expect(await tab.said()).toEqual(await ada.said());
    await (await supervise(ada)).press('Approve');
    for (const page of [ada, tab]) {
      await page.hears(END);
      await page.rests();
    }
    const late = await demo.openAddress(ada.address);
    await late.hears(END);
    const said = await ada.said();
    expect(said).toHaveLength(6);
    expect(await tab.said()).toEqual(said);
    expect(await late.said()).toEqual(said);
    expect([...ada.errors, ...tab.errors, ...late.errors]).toEqual([]);
  });

  it('keeps the conversations of Ada from Bob', async () => {
    const ada = await ask();
    await ada.question.waitFor();
    const bob = await demo.openAddress(ada.address.replace('user=ada', 'user=bob'));
    await bob.problem.getByText('There is no such thread, or it is not yours.').waitFor();
    expect(await bob.said()).toEqual([]);
    expect(bob.received.filter((frame) => frame.includes('stream_update'))).toEqual([]);
    expect(await bob.list('Conversations').getByRole('link').count()).toBe(0);
    expect(await bob.list('Waiting for approval').count()).toBe(0);

    await bob.press('New conversation');
    await bob.ask('A weekend in Bergen');
    await bob.question.waitFor();
    await ada.page.getByLabel('You are').selectOption('Bob');
    await ada.list('Conversations').getByRole('link', { name: 'A weekend in Bergen' }).waitFor();
    expect(await ada.said()).toEqual([]);
  });

  it('answers an edited question in place of the first', async () => {
    const ada = await finished();
    const message = ada.messages.getByRole('article', { name: 'Traveller' });
    await message.getByRole('button', { name: 'Edit' }).click();
    await ada.page.getByLabel('Edit the message').fill('A weekend in Rome');
    await ada.press('Send the edited message');
    await ada.question.getByText('to Rome').waitFor();
    expect(await message.locator('p').allInnerTexts()).toEqual(['A weekend in Rome']);
    await (await supervise(ada)).press('Reject');
    await ada.hears(/weekend in Rome.*I reserved nothing/);
    await ada.rests();
    expect(await ada.said()).toHaveLength(6);
    await ada.page.reload();
    await ada.hears(/weekend in Rome.*I reserved nothing/);
    expect((await ada.said())[0]).toBe('A weekend in Rome');
  });

  it('writes an answer once more', async () => {
    const ada = await finished();
    const before = await ada.said();
    await ada.messages.getByRole('button', { name: 'Regenerate' }).click();
    await ada.messages.getByText(before.at(-1) ?? '').waitFor({ state: 'detached' });
    await ada.hears(END);
    await ada.rests();
    const after = await ada.said();
    expect(after.slice(0, -1)).toEqual(before.slice(0, -1));
    expect(after.at(-1)).toMatch(/Your seats are reserved\..*trip! 👩‍👩‍👧$/);
  });

  it('stops for everybody who looks', async () => {
    const ada = await ask();
    const tab = await demo.openAddress(ada.address);
    await tab.hears(/what a good/);
    await tab.press('Stop');
    for (const page of [ada, tab]) {
      await page.status.getByText('Stopped').waitFor();
      await page.rests();
    }
    expect(await tab.said()).toEqual(await ada.said());
    expect(await ada.question.count()).toBe(0);
    await ada.page.getByLabel('Where do you want to go?').fill('A weekend in Rome');
    await ada.press('Send');
    await ada.question.getByText('to Rome').waitFor();
  });

  it('goes on where it was after a reload in the middle', async () => {
    const ada = await ask();
    await ada.hears(/what a good/);
    await ada.page.reload();
    await ada.question.waitFor();
    await ada.page.reload();
    await ada.question.waitFor();
    await (await supervise(ada)).press('Approve');
    await ada.hears(/On Saturday/);
    await ada.page.reload();
    await ada.hears(END);
    await ada.rests();
    const witness = await demo.openAddress(ada.address);
    await witness.hears(END);
    expect(await ada.said()).toEqual(await witness.said());
    expect(await ada.said()).toHaveLength(6);
  });

  it('says that it is offline, and catches up when it is back', async () => {
    const ada = await ask();
    await ada.hears(/what a good/);
    await ada.goOffline();
    await ada.banner.getByText('You are offline.').waitFor();
    const before = await ada.said();
    const tab = await demo.openAddress(ada.address);
    await tab.question.waitFor();
    expect(await ada.said()).toEqual(before);
    await ada.goOnline();
    await ada.question.waitFor();
    expect(await ada.banner.innerText()).toBe('');
    expect(await ada.said()).toEqual(await tab.said());
  });

  it('catches up after its connection was cut', async () => {
    const ada = await ask();
    await ada.hears(/what a good/);
    await ada.press('Cut the connection');
    await ada.banner.getByText('You are offline.').waitFor();
    await ada.question.waitFor();
    await (await supervise(ada)).press('Approve');
    await ada.hears(/On Saturday/);
    await ada.press('Cut the connection');
    await ada.hears(END);
    await ada.rests();
    const witness = await demo.openAddress(ada.address);
    await witness.hears(END);
    expect(await ada.said()).toEqual(await witness.said());
  });

  it('works with the keyboard alone', async () => {
    const ada = await demo.open('ada');
    const { keyboard } = ada.page;
    const focused = ada.page.locator(':focus');
    await ada.page.getByLabel('Where do you want to go?').and(focused).waitFor();
    await keyboard.type(QUESTION);
    await keyboard.press('Enter');
    await ada.question.waitFor();
    const sam = await supervise(ada);
    await sam.question.getByRole('button', { name: 'Approve' }).focus();
    await sam.page.keyboard.press('Enter');
    await ada.hears(END);
    await ada.rests();
    const edit = ada.messages.getByRole('button', { name: 'Edit' });
    await edit.focus();
    await keyboard.press('Enter');
    await ada.page.getByLabel('Edit the message').and(focused).waitFor();
    await keyboard.press('Escape');
    await edit.and(focused).waitFor();
  });
});
