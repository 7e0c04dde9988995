import { describe, expect, it } from '@jest/globals';
import type { StreamUpdate } from '../../src/index.js';
import { startApp, type PlainClient } from '../support/streaming-app.js';

/** The updates that a plain listener gets, up to the last. */
function untilEnd(client: PlainClient): Promise<StreamUpdate[]> {
  const updates: StreamUpdate[] = [];
  return new Promise((resolve) => {
    client.on('stream_update', ({ data: { update } }) => {
      updates.push(update);
      if (update.type === 'workflow:end') resolve(updates);
    });
  });
}

describe('a plain socket.io-client', () => {
  it('streams an execution with one emit and one listener', async () => {
    const { streaming, connect } = await startApp({ gateway: {} });
    await streaming.run(['Hello ', 'world'], { executionId: 'run' }).done;
    const client = connect();
    const updates = untilEnd(client);
    client.emit('subscribe_execution', { executionId: 'run' });
    const tokens = (await updates).filter(({ type }) => type === 'token');
    expect(tokens.map(({ data }) => data)).toEqual([{ content: 'Hello world' }]);
  });

  it('resumes with a cursor that it kept itself', async () => {
    const { streaming, connect } = await startApp({
      gateway: {},
      tokens: { flushIntervalMs: 0 },
    });
    await streaming.run(['Hello ', 'world'], { executionId: 'run' }).done;
    const client = connect();
    const first = await client.emitWithAck('subscribe_execution', { executionId: 'run' });
    if (!first.ok) throw new Error(first.error.message);
    const again = connect();
    const updates = untilEnd(again);
    await again.emitWithAck('subscribe_execution', {
      executionId: 'run',
      options: { cursor: { ...first.cursor, sequence: 2 } },
    });
    expect((await updates).map(({ metadata }) => metadata?.sequenceNumber)).toEqual([3, 4]);
  });
});
