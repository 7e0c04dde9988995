import { describe, expect, it } from '@jest/globals';
import { startApp } from '../support/streaming-app.js';

describe('smoke', () => {
  it('streams', async () => {
    const { streaming, connect } = await startApp();
    const client = connect();
    const handle = streaming.run(
      (async function* () {
        yield 'Hello ';
        yield 'world';
        yield { type: 'progress', progress: 50 };
      })(),
    );
    const updates: unknown[] = [];
    const ended = new Promise<void>((resolve) =>
      client.on('stream_update', ({ data }) => {
        updates.push(data.update);
        if (data.update.type === 'workflow:end') resolve();
      }),
    );
    const answer = await client.emitWithAck('subscribe_execution', {
      executionId: handle.executionId,
    });
    await ended;
    console.log(JSON.stringify(answer), JSON.stringify(updates, null, 1));
    expect(await handle.done).toEqual({ state: 'completed' });
  });
});
