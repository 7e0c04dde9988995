import { Socket } from 'node:net';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { connectionStatus } from '../../src/gateway/connection-status.js';
import type { GatewaySocket } from '../../src/gateway/socket-types.js';
import type { StreamUpdate } from '../../src/index.js';
import { writeTogether } from '../../src/transports/socket-io/held-packets.js';
import { manualRun } from '../support/manual-run.js';
import { serverSocketOf } from '../support/stalled-client.js';
import { startApp, type PlainClient } from '../support/streaming-app.js';

/** Counts the writes of a server to the network after WebSockets were opened. */
function countWrites(port: number): () => number {
  const writes = [
    jest.spyOn(Socket.prototype, '_write'),
    jest.spyOn(Socket.prototype as Required<Pick<Socket, '_writev'>>, '_writev'),
  ];
  const ofServer = (socket: unknown): boolean => (socket as Socket).localPort === port;
  return () => writes.reduce((sum, { mock }) => sum + mock.contexts.filter(ofServer).length, 0);
}

async function subscribe(client: PlainClient, executionId: string): Promise<StreamUpdate> {
  const first = new Promise<StreamUpdate>((resolve) => {
    client.once('stream_update', ({ data }) => resolve(data.update));
  });
  expect(await client.emitWithAck('subscribe_execution', { executionId })).toMatchObject({
    ok: true,
  });
  return first;
}

describe('the writes to a client', () => {
  afterEach(() => void jest.restoreAllMocks());

  it('are two when it connects and subscribes: one for each turn', async () => {
    const { streaming, url, connect } = await startApp();
    await manualRun({ streaming }, { executionId: 'run' });
    const writes = countWrites(Number(new URL(url).port));
    const client = connect({ transports: ['websocket'] });
    await new Promise<void>((resolve) => client.io.engine.once('open', resolve));
    const opened = writes();
    await new Promise((resolve) => client.once('connection_status', resolve));
    expect(writes() - opened).toBe(1);
    expect(await subscribe(client, 'run')).toMatchObject({ type: 'workflow:start' });
    expect(writes() - opened).toBe(2);
  });

  it.each<[string, (socket: GatewaySocket) => void]>([
    ['the server ends its session', (socket) => socket.disconnect(true)],
    [
      'its transport is closed by force',
      ({ conn }) => conn.emit('packet', { type: 'message', data: 'x'.repeat(100_000) }),
    ],
  ])('reach it, even if in the same turn %s', async (_, end) => {
    const { app, connect } = await startApp();
    const client = connect({ reconnection: false });
    await new Promise((resolve) => client.once('connection_status', resolve));
    const socket = serverSocketOf(app, client.id ?? '');
    const events: unknown[] = [];
    client.onAny((event: string, message: unknown) => events.push([event, message]));
    const gone = new Promise((resolve) => client.once('disconnect', resolve));
    writeTogether(socket.conn);
    const status = connectionStatus(socket, 'degraded');
    socket.emit('connection_status', status);
    end(socket);
    await gone;
    expect(events).toEqual([['connection_status', status]]);
  });
});
