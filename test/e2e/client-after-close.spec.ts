import { describe, expect, it } from '@jest/globals';
import type { StreamingClient, Subscription } from '../../src/client/index.js';
import { startClientApp } from './client/client-app.js';

const closed = { code: 'CLIENT_CLOSED' };

async function closedClient(): Promise<StreamingClient> {
  const client = (await startClientApp()).client();
  await client.status();
  client.close();
  return client;
}

describe('a client that was closed', () => {
  it.each<[string, (client: StreamingClient) => Subscription]>([
    ['an execution', (client) => client.execution('run')],
    ['a room', (client) => client.room('room')],
  ])('gives a closed subscription to %s', async (_, follow) => {
    const client = await closedClient();
    await expect(follow(client).done).rejects.toMatchObject(closed);
    const listened = follow(client);
    listened.on('update', () => undefined);
    for await (const update of listened) throw new Error(`${update.type} came from nowhere.`);
    expect(listened.view()).toMatchObject({ text: '', error: closed });
  });

  it('gives a closed thread, whose commands fail with the code', async () => {
    const client = await closedClient();
    const thread = client.thread('thread', { agent: 'chat' });
    thread.on('change', () => undefined);
    // Twice, since the first call must leave nothing behind.
    for (let call = 0; call < 2; call += 1) {
      await thread.follow();
      await expect(thread.start({})).rejects.toMatchObject(closed);
      await expect(thread.cancel()).rejects.toMatchObject(closed);
    }
    expect([thread.state, thread.view().state]).toEqual(['closed', 'closed']);
  });
});

describe('a subscription that was closed', () => {
  it('ends every loop that begins later', async () => {
    const subscription = (await startClientApp()).client().execution('run');
    subscription.close();
    for (let loop = 0; loop < 2; loop += 1)
      for await (const update of subscription) throw new Error(`${update.type} came from nowhere.`);
    await expect(subscription.done).rejects.toMatchObject(closed);
  });
});

describe('a wait without end', () => {
  it('lasts until the run begins', async () => {
    const { client, streaming } = await startClientApp();
    const page = client();
    const run = page.execution('run', { waitForMs: Infinity });
    const text = run.finalText();
    // Its answer comes after the subscription was asked for.
    await page.status();
    streaming.run(['Hello'], { executionId: 'run' });
    expect(await text).toBe('Hello');
  });
});

describe('a page that stored no snapshot', () => {
  it('passes null, and begins at the start', async () => {
    const { client, streaming } = await startClientApp();
    await streaming.run(['Hello'], { executionId: 'run' }).done;
    const stored = JSON.parse('{ "snapshot": null }') as object;
    expect(await client().execution('run', stored).finalText()).toBe('Hello');
  });
});
