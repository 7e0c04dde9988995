import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { ChatPage, ViewerOnPage } from './chat-page.js';
import { Demo } from './demo.js';

const QUESTION = 'A weekend in Porto';
const END = /Have a good trip! 👩‍👩‍👧$/;

let demo: Demo;

beforeAll(async () => {
  demo = await Demo.start();
});

afterEach(() => demo.closePages());

afterAll(() => demo.stop());

async function ask(): Promise<ChatPage> {
  const page = await demo.open();
  await page.ask(QUESTION);
  return page;
}

/** The whole text of a viewer, once the run has completed. */
async function finalText(viewer: ViewerOnPage): Promise<string[]> {
  await viewer.reaches('completed');
  return viewer.text();
}

describe('the demo page', () => {
  it('shows nodes, progress and an answer that grows, in two viewers', async () => {
    const { first, second, errors } = await ask();
    await first.hears('summarize');
    const early = (await first.text()).join('');
    await first.reaches('interrupted');
    const later = (await first.text()).join('');
    expect(early.length).toBeLessThan(later.length);
    expect(later.startsWith(early)).toBe(true);
    await first.answer('Approve');

    const text = await finalText(first);
    expect(text.map((part) => part.replace(/^(assistant|summarize|answer).*/s, '$1'))).toEqual([
      'assistant',
      'summarize',
      'answer',
    ]);
    expect(text[2]).toMatch(END);
    expect(await finalText(second)).toEqual(text);
    const nodes = [
      'assistant completed',
      'tools completed',
      'research completed',
      'gather completed',
      'summarize completed',
      'approve completed',
      'answer completed',
    ];
    expect(await first.nodes()).toEqual(nodes);
    expect(await second.nodes()).toEqual(nodes);
    expect(await first.progress()).toBe(100);
    expect(errors).toEqual([]);
  });

  it('catches up after its connection was cut', async () => {
    const { first, second } = await ask();
    await first.hears('summarize');
    await first.cut();
    // The other viewer sees the run go on to the question, which waits for the one that was cut.
    await second.reaches('interrupted');
    await first.reaches('interrupted');
    expect(await first.counts()).toMatch(/reconnects: 1$/);
    expect(await second.counts()).toMatch(/reconnects: 0$/);
    expect(await first.text()).toEqual(await second.text());

    await second.answer('Approve');
    await first.hears('answer');
    await first.cut();
    await second.cut();
    const text = await finalText(first);
    expect(text[2]).toMatch(END);
    expect(await finalText(second)).toEqual(text);
  });

  it('goes on where it was after a reload in the middle', async () => {
    const page = await ask();
    const witness = await demo.open(page.address);
    await page.first.hears('summarize');
    page.sent.length = 0;
    await page.reload();
    await page.first.reaches('interrupted');
    const positions = page.sent.flatMap(
      (frame) => /"cursor":.*"sequence":(\d+)/.exec(frame)?.[1] ?? [],
    );
    expect(positions.map((sequence) => Number(sequence) > 0)).toEqual([true, true]);

    await page.reload();
    await page.first.answer('Approve');
    await page.first.hears('answer');
    await page.reload();
    const text = await finalText(page.first);
    expect(text[2]).toMatch(END);
    for (const viewer of [page.second, witness.first, witness.second]) {
      expect(await finalText(viewer)).toEqual(text);
    }
    expect(await page.first.nodes()).toEqual(await witness.first.nodes());
  });

  it('shows all of it in a second tab that is opened late', async () => {
    const page = await ask();
    await page.first.reaches('interrupted');
    const late = await page.openSecondTab();
    await late.first.reaches('interrupted');
    expect(await late.first.text()).toEqual(await page.first.text());
    expect(await late.first.nodes()).toEqual(await page.first.nodes());

    await late.second.answer('Approve');
    const text = await finalText(late.first);
    expect(text[2]).toMatch(/Your seats are reserved\./);
    expect(await finalText(page.first)).toEqual(text);
  });

  it('lets a viewer reject', async () => {
    const { first, second } = await ask();
    await first.reaches('interrupted');
    await first.answer('Reject');
    const text = await finalText(second);
    expect(text[2]).toMatch(/I reserved nothing\./);
    expect(await finalText(first)).toEqual(text);
  });

  it('stops a run for every viewer', async () => {
    const { first, second } = await ask();
    await first.hears('assistant');
    await second.stop();
    await first.reaches('cancelled');
    await second.reaches('cancelled');
    expect(await first.text()).toEqual(await second.text());
    expect(await first.nodes()).not.toContain('answer completed');
  });

  it('keeps the runs of Ada from Bob', async () => {
    const ada = await ask();
    await ada.first.reaches('interrupted');
    await ada.signIn('Bob');
    const stranger = await demo.open(ada.address.replace('user=ada', 'user=bob'));
    for (const { first, second } of [ada, stranger]) {
      const refusal = 'There is no such execution, or it is not yours.';
      expect([await first.problem(), await second.problem()]).toEqual([refusal, refusal]);
      expect([await first.text(), await second.text()]).toEqual([[], []]);
    }
    expect(stranger.received.filter((frame) => frame.includes('stream_update'))).toEqual([]);

    await stranger.ask(QUESTION);
    await stranger.first.reaches('interrupted');
  });
});
