import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { AxeResults } from 'axe-core';
import type { ChatPage } from './chat-page.js';
import { Demo } from './demo.js';

const AXE = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');

let demo: Demo;

beforeAll(async () => {
  demo = await Demo.start();
});

afterEach(() => demo.closePages());

afterAll(() => demo.stop());

/** What axe finds wrong with a page, in light and in dark. */
async function violations({ page }: ChatPage): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(AXE);
    const { violations } = (await page.evaluate('axe.run()')) as AxeResults;
    for (const { id, nodes } of violations)
      found.push(...nodes.map(({ html }) => `${id} (${colorScheme}): ${html}`));
  }
  return found;
}

describe('the chat has no fault that axe finds', () => {
  it('before, during and after a conversation', async () => {
    const ada = await demo.open('ada');
    expect(await violations(ada)).toEqual([]);
    await ada.ask('A weekend in Porto');
    await ada.hears(/what a good/);
    expect(await violations(ada)).toEqual([]);
    await ada.question.waitFor();
    await ada.page.getByRole('progressbar').waitFor();
    expect(await violations(ada)).toEqual([]);
    await ada.press('Stop');
    await ada.rests();
    await ada.press('Rename');
    await ada.messages.getByRole('button', { name: 'Edit' }).click();
    expect(await violations(ada)).toEqual([]);
  });

  it('while a supervisor approves', async () => {
    const ada = await demo.open('ada');
    await ada.ask('A weekend in Bern');
    await ada.question.waitFor();
    const sam = await demo.open('sam');
    await sam.list('Waiting for approval').getByText('to Bern').click();
    await sam.question.getByRole('button', { name: 'Approve' }).waitFor();
    expect(await violations(sam)).toEqual([]);
    await sam.press('Approve');
    await ada.hears(/Have a good trip!/);
    await ada.rests();
    expect(await violations(ada)).toEqual([]);
  });

  it('while the page is offline', async () => {
    const ada = await demo.open('ada');
    await ada.goOffline();
    await ada.banner.getByText('You are offline').waitFor();
    expect(await violations(ada)).toEqual([]);
  });
});
