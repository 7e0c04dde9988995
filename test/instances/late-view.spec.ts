import { expect, it } from '@jest/globals';
import { openClient } from '../support/open-client.js';
import { describeInstances } from './support/backends.js';

describeInstances('a view that begins after the log has dropped updates', (instances) => {
  it('has the whole text, at another instance than the run', async () => {
    const own = instances();
    const options = { gateway: {}, tokens: { flushIntervalMs: 0 }, log: { maxEntries: 50 } };
    const [worker, gateway] = [await own.start(options), await own.start(options)];
    const { executionId, done } = await worker.streaming.start(async ({ token, emit, ready }) => {
      token('Title. ', { nodeId: 'model' });
      for (let index = 0; index < 200; index += 1) {
        emit('custom', index);
        token(`${index} `, { nodeId: 'model' });
        await ready();
      }
      token('End.', { nodeId: 'model' });
    });
    await done;
    const run = openClient({ url: gateway.url }).execution(executionId);
    expect(await run.done).toMatchObject({ state: 'completed' });
    const numbers = Array.from({ length: 200 }, (_, index) => `${index} `).join('');
    expect(run.text).toBe(`Title. ${numbers}End.`);
    expect(run.recovered).toBe(false);
  });
});
