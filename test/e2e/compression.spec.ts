import { describe, expect, it, jest } from '@jest/globals';
import type { ExecutionContext, WebSocketGatewayOptions } from '../../src/index.js';
import { netSocketOf } from '../../src/transports/socket-io/engine-internals.js';
import { Deferred } from '../support/deferred.js';
import { accepted, Inbox } from '../support/plain-client.js';
import { serverSocketOf } from '../support/stalled-client.js';
import { startApp } from '../support/streaming-app.js';

/** The bit of a frame's first byte that says that it is compressed (RFC 7692, 6). */
const COMPRESSED = 0x40;

/** How the frames of a small and of a large update leave, by what their first bytes say. */
async function framesWith(gateway: WebSocketGatewayOptions): Promise<boolean[]> {
  const app = await startApp({ gateway });
  const go = new Deferred();
  const { executionId } = app.streaming.run(async (context: ExecutionContext) => {
    await go.promise;
    context.token('small');
    await new Promise((resolve) => setImmediate(resolve));
    context.emit('custom', 'large '.repeat(2_000));
  });
  const client = app.connect();
  const inbox = new Inbox(client);
  accepted(await client.emitWithAck('subscribe_execution', { executionId }));
  const socket = netSocketOf(serverSocketOf(app.app, client.id ?? '').conn.transport);
  if (!socket) throw new Error('the client is on a websocket');
  const write = jest.spyOn(socket, 'write');
  go.resolve();
  await inbox.until((updates) => updates.at(-1)?.type === 'workflow:end');
  // A frame begins where a message does; what follows its header may be a write of its own.
  const firstBytes = write.mock.calls.map(([chunk]) => (chunk as Uint8Array)[0] ?? 0);
  const starts = firstBytes.filter((byte) => (byte & ~COMPRESSED) === 0x81);
  return starts.map((byte) => (byte & COMPRESSED) !== 0);
}

describe('gateway.compression', () => {
  it('compresses large updates only', async () => {
    expect(await framesWith({ compression: true })).toEqual([false, true, false]);
  });

  it('is off by default', async () => {
    expect(await framesWith({})).toEqual([false, false, false]);
  });
});
