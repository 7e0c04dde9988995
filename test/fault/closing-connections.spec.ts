import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, it, jest } from '@jest/globals';
import { GatewayAuthenticationService } from '../../src/index.js';
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
/** More than the kernel takes for a client that does not read. */
const MUCH = Buffer.alloc(32 * 1_024 * 1_024);

interface Connected {
  readonly app: StreamingApp;
  readonly client: PlainClient;
  readonly socket: GatewaySocket;
  readonly network: Socket;
  /** The server tells the client that it must go, and closes its connection. */
  readonly expel: () => Promise<unknown>;
}

/** A client on a WebSocket, from the beginning or after it polled. */
async function connected(transports: readonly string[] = ['websocket']): Promise<Connected> {
  const app = await startApp();
  const client = app.connect({ transports: [...transports] });
  await next(client, 'connection_status');
  const id = client.id ?? '';
  const socket = serverSocketOf(app.app, id);
  if (socket.conn.transport.name !== 'websocket') await once(socket.conn, 'upgrade');
  const network = netSocketOf(socket.conn.transport);
  if (!network) throw new Error('the client is on a websocket');
  const expel = (): Promise<unknown> => app.app.get(GatewayAuthenticationService).revoke(id);
  return { app, client, socket, network, expel };
}

const WAYS = [[['websocket']], [['polling', 'websocket']]] as const;

function useFakeTimers(): void {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
  onTestEnd(() => jest.useRealTimers());
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a connection that was closed', () => {
  it.each(WAYS)('is destroyed when its client takes no part, after a time: %j', async (ways) => {
    const { client, socket, network, expel } = await connected(ways);
    onTestEnd(stall(client));
    useFakeTimers();
    await expel();
    if (socket.conn.readyState !== 'closed') await once(socket.conn, 'close');
    jest.advanceTimersByTime(GRACE_MS - 1);
    expect(network.destroyed).toBe(false);
    jest.advanceTimersByTime(1);
    expect(network.destroyed).toBe(true);
  });

  it('is destroyed when its network takes nothing, not even the end, after a time', async () => {
    const { client, socket, network, expel } = await connected();
    onTestEnd(stall(client));
    network.write(MUCH);
    useFakeTimers();
    await expel();
    // It goes with its last namespace, a turn later.
    await turn();
    await turn();
    expect(socket.conn.readyState).toBe('closing');
    jest.advanceTimersByTime(GRACE_MS - 1);
    expect(network.destroyed).toBe(false);
    jest.advanceTimersByTime(1);
    expect(network.destroyed).toBe(true);
  });

  it('is left alone when its client closes it, and forgotten', async () => {
    const { app, network, expel } = await connected();
    const destroy = jest.spyOn(network, 'destroy');
    await expel();
    await once(network, 'close');
    destroy.mockClear();
    await app.app.close();
    expect(destroy).not.toHaveBeenCalled();
  });

  it.each(WAYS)('does not outlive a gateway that stops: %j', async (ways) => {
    const { app, client, network } = await connected(ways);
    onTestEnd(stall(client));
    await app.app.close();
    expect(network.destroyed).toBe(true);
  });

  it('does not outlive a gateway that stops while its client has still time', async () => {
    const { app, client, network, expel } = await connected();
    onTestEnd(stall(client));
    await expel();
    const began = performance.now();
    await app.app.close();
    expect(network.destroyed).toBe(true);
    expect(performance.now() - began).toBeLessThan(GRACE_MS);
  });
});
