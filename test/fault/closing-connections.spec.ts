import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, it, jest } from '@jest/globals';
import { ClosingConnections } from '../../src/transports/socket-io/closing-connections.js';
import { netSocketOf } from '../../src/transports/socket-io/engine-internals.js';
import type { GatewaySocket } from '../../src/gateway/socket-types.js';
import { next } from '../support/plain-client.js';
import { serverSocketOf, stall } from '../support/stalled-client.js';
import {
  onTestEnd,
  startApp,
  type PlainClient,
  type StreamingApp,
} from '../support/streaming-app.js';

const GRACE_MS = 10_000;

/** A client on a WebSocket, from the beginning or after it polled. */
async function connected(
  transports: readonly string[] = ['websocket'],
): Promise<{ app: StreamingApp; client: PlainClient; socket: GatewaySocket; network: Socket }> {
  const app = await startApp();
  const client = app.connect({ transports: [...transports] });
  await next(client, 'connection_status');
  const socket = serverSocketOf(app.app, client.id ?? '');
  if (socket.conn.transport.name !== 'websocket') await once(socket.conn, 'upgrade');
  const network = netSocketOf(socket.conn.transport);
  if (!network) throw new Error('the client is on a websocket');
  return { app, client, socket, network };
}

const WAYS = [[['websocket']], [['polling', 'websocket']]] as const;

describe('a connection that was closed', () => {
  it.each(WAYS)('is destroyed when its client takes no part, after a time: %j', async (ways) => {
    const { client, socket, network } = await connected(ways);
    onTestEnd(stall(client));
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    onTestEnd(() => jest.useRealTimers());
    const closing = new ClosingConnections();
    closing.add(socket);
    socket.disconnect(true);
    jest.advanceTimersByTime(GRACE_MS - 1);
    expect(network.destroyed).toBe(false);
    jest.advanceTimersByTime(1);
    expect(network.destroyed).toBe(true);
  });

  it('is left alone when its client closes it, and forgotten', async () => {
    const { socket, network } = await connected();
    const closing = new ClosingConnections();
    const destroy = jest.spyOn(network, 'destroy');
    closing.add(socket);
    socket.disconnect(true);
    await once(network, 'close');
    destroy.mockClear();
    closing.destroy();
    expect(destroy).not.toHaveBeenCalled();
  });

  it('is destroyed at once when the gateway stops', async () => {
    const { client, socket, network } = await connected();
    onTestEnd(stall(client));
    const closing = new ClosingConnections();
    closing.add(socket);
    socket.disconnect(true);
    closing.destroy();
    expect(network.destroyed).toBe(true);
  });

  it.each(WAYS)('does not outlive a gateway that stops: %j', async (ways) => {
    const { app, client, network } = await connected(ways);
    onTestEnd(stall(client));
    await app.app.close();
    expect(network.destroyed).toBe(true);
  });
});
