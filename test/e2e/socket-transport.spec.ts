import { createServer } from 'node:http';
import { Socket, type AddressInfo } from 'node:net';
import { Duplex } from 'node:stream';
import { describe, expect, it, jest } from '@jest/globals';
import { Server, type ServerOptions } from 'socket.io';
import { io, type ManagerOptions, type Socket as ClientSocket } from 'socket.io-client';
import { Decoder, Encoder, type Packet } from 'socket.io-parser';
import {
  netSocketOf,
  plainNetSocket,
  sizeOfPackets,
  waitingPackets,
} from '../../src/transports/socket-io/engine-internals.js';
import type { GatewayNamespace, GatewaySocket } from '../../src/gateway/socket-types.js';
import { untakenBytes } from '../../src/transports/until-drained.js';
import { SocketTransport } from '../../src/transports/socket-io/socket-transport.js';
import type { SlowClientOptions } from '../../src/entries/gateway.js';
import { channelLife } from '../../src/log/channel-life.js';
import { draftUpdate, LogEntry } from '../../src/log/log-entry.js';
import { bytesMadeOld } from '../support/collect-garbage.js';
import { stall } from '../support/stalled-client.js';
import { onTestEnd } from '../support/streaming-app.js';

/** A Socket.IO server with nothing but the transport, and one client. */
interface Connected {
  readonly transport: SocketTransport;
  readonly socket: GatewaySocket;
  readonly client: ClientSocket;
  /** Clients that were given up, and why. */
  readonly expelled: [clientId: string, error: unknown][];
}

interface Setup {
  readonly slowClient?: SlowClientOptions;
  readonly server?: Partial<ServerOptions>;
  readonly client?: Partial<ManagerOptions>;
  readonly namespace?: string;
}

async function connected({
  server = {},
  client = {},
  namespace = '/streaming',
  slowClient = {},
}: Setup): Promise<Connected> {
  const http = createServer();
  const io_ = new Server(http, server);
  const nsp = io_.of(namespace) as unknown as GatewayNamespace;
  onTestEnd(() => io_.close());
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const connection = new Promise<GatewaySocket>((resolve) => nsp.once('connection', resolve));
  const { port } = http.address() as AddressInfo;
  const clientSocket = io(`http://127.0.0.1:${port}${namespace}`, {
    transports: ['websocket'],
    forceNew: true,
    ...client,
  });
  onTestEnd(() => clientSocket.disconnect());
  const roomy = { maxQueuedPackets: 10_000, maxQueuedBytes: 16 * 1_024 * 1_024, timeoutMs: 15_000 };
  const expelled: Connected['expelled'] = [];
  const transport = new SocketTransport(nsp, { ...roomy, ...slowClient }, (...expulsion) => {
    expelled.push(expulsion);
  });
  return { transport, socket: await connection, client: clientSocket, expelled };
}

const LIFE = channelLife({ kind: 'execution', id: 'run' }, 'e');

const entry = (sequence: number, data: unknown): LogEntry =>
  LogEntry.create(draftUpdate({ type: 'custom', data }), sequence, 0, LIFE);

/** What arrives, in order: the data of updates, and what Socket.IO itself sent in between. */
function arrivals(client: ClientSocket, count: number): Promise<unknown[]> {
  return new Promise((resolve) => {
    const arrived: unknown[] = [];
    const take = (item: unknown): void => {
      if (arrived.push(item) === count) resolve(arrived);
    };
    client.on('stream_update', ({ data }: { data: { update: { data: unknown } } }) =>
      take(data.update.data),
    );
    client.on('marker', take);
  });
}

/** Updates and messages of Socket.IO's own, alternating, several to a turn of the event loop. */
async function alternate(
  { transport, socket }: Connected,
  { from = 0, to }: { readonly from?: number; readonly to: number },
): Promise<void> {
  const emit = socket.emit.bind(socket) as unknown as (event: string, data: unknown) => void;
  for (let index = from; index < to; index += 1) {
    transport.broadcast(
      [socket.id],
      [entry(3 * index + 1, `${index}a`), entry(3 * index + 2, `${index}b`)],
    );
    emit('marker', index);
    transport.send(socket.id, [entry(3 * index + 3, `${index}c`)]);
    if (index % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
}

const alternated = (count: number): unknown[] =>
  Array.from({ length: count }, (_, index) => [
    `${index}a`,
    `${index}b`,
    index,
    `${index}c`,
  ]).flat();

/** Counts how often a socket's data is handed to the system. */
function countWrites(socket: Socket): () => number {
  const write = jest.spyOn(socket, '_write');
  const writev = jest.spyOn(socket as Required<Pick<Socket, '_writev'>>, '_writev');
  return () => write.mock.calls.length + writev.mock.calls.length;
}

/** Socket.IO's own parser in disguise, as `socket.io-msgpack-parser` is another one. */
const otherParser = {
  Encoder: class extends Encoder {
    override encode(packet: Packet): ReturnType<Encoder['encode']> {
      return super.encode(packet).map((encoded) => `other:${String(encoded)}`);
    }
  },
  Decoder: class extends Decoder {
    override add(encoded: unknown): void {
      super.add(String(encoded).replace('other:', ''));
    }
  },
};

describe('the socket transport', () => {
  it('leaves no update behind that only a major garbage collection frees', async () => {
    const { transport, socket, client } = await connected({});
    const data = 'x'.repeat(10_000);
    const sent = 100;
    const old = await bytesMadeOld(sent, async (index) => {
      const arrived = new Promise((resolve) => client.once('stream_update', resolve));
      transport.broadcast([socket.id], [entry(index + 1, data)]);
      await arrived;
    });
    expect(old).toBeLessThan((sent * data.length) / 5);
  });

  it.each<[string, Setup]>([
    ['websocket', {}],
    ['the root namespace', { namespace: '/' }],
    ['long-polling', { client: { transports: ['polling'] } }],
    ['an upgrade from polling to websocket', { client: { transports: ['polling', 'websocket'] } }],
    ['compression', { server: { perMessageDeflate: { threshold: 0 } } }],
    ['another parser', { server: { parser: otherParser }, client: { parser: otherParser } }],
  ])('keeps the order of updates and other messages over %s', async (_name, setup) => {
    const connection = await connected(setup);
    const all = arrivals(connection.client, 4 * 200);
    await alternate(connection, { to: 200 });
    expect(await all).toEqual(alternated(200));
  });

  it('keeps the order when the transport is upgraded in between', async () => {
    const connection = await connected({ client: { transports: ['polling', 'websocket'] } });
    const all = arrivals(connection.client, 4 * 100);
    await alternate(connection, { to: 50 });
    const { conn } = connection.socket;
    if (conn.transport.name === 'polling')
      await new Promise((resolve) => conn.once('upgrade', resolve));
    expect(conn.transport.name).toBe('websocket');
    await alternate(connection, { from: 50, to: 100 });
    expect(await all).toEqual(alternated(100));
  });

  it.each([1, 121, 125, 200, 65_000, 70_000])(
    'sends an update of %i characters, and of as many that are not ASCII, as it is',
    async (length) => {
      const connection = await connected({});
      const data = ['x'.repeat(length), '語'.repeat(length), '"\\\n\u2028😀'.repeat(length)];
      const all = arrivals(connection.client, data.length);
      connection.transport.broadcast(
        [connection.socket.id],
        data.map((each, index) => entry(index + 1, each)),
      );
      expect(await all).toEqual(data);
    },
  );

  it('writes the updates of one tick at once, past the engine, to a client on a plain websocket', async () => {
    const connection = await connected({});
    const { conn, id } = connection.socket;
    const netSocket = plainNetSocket(conn.transport);
    if (!netSocket) throw new Error('the client is on a plain websocket');
    const engineWrites = jest.spyOn(conn, 'write');
    const all = arrivals(connection.client, 6);
    const writes = countWrites(netSocket);
    for (let index = 0; index < 6; index += 1)
      connection.transport.broadcast([id], [entry(index, index)]);
    expect(await all).toEqual([0, 1, 2, 3, 4, 5]);
    expect(writes()).toBe(1);
    expect(engineWrites).not.toHaveBeenCalled();
  });

  it('goes through the engine where the network socket is not what it knows', async () => {
    const connection = await connected({});
    const { conn, id } = connection.socket;
    const netSocket = plainNetSocket(conn.transport);
    // Behaves as before, but is no `Socket` of `node:net` any more.
    const foreign = Object.getOwnPropertyDescriptors(Socket.prototype);
    Object.setPrototypeOf(netSocket, Object.create(Duplex.prototype, foreign) as object);
    const engineWrites = jest.spyOn(conn, 'write');
    const all = arrivals(connection.client, 4 * 20);
    await alternate(connection, { to: 20 });
    expect(await all).toEqual(alternated(20));
    expect(engineWrites.mock.calls.length).toBeGreaterThanOrEqual(3 * 20);
    expect(connection.transport.broadcast([id], [entry(1, 'a')])).toEqual([]);
  });

  it('hides no packet from who watches those of the engine', async () => {
    const connection = await connected({});
    const packets: unknown[] = [];
    connection.socket.conn.on('packetCreate', ({ data }: { data: unknown }) => packets.push(data));
    const all = arrivals(connection.client, 2);
    connection.transport.broadcast([connection.socket.id], [entry(1, 'a'), entry(2, 'b')]);
    expect(await all).toEqual(['a', 'b']);
    expect(packets).toHaveLength(2);
  });

  it('calls the listeners for outgoing messages', async () => {
    const connection = await connected({});
    const outgoing: unknown[] = [];
    connection.socket.onAnyOutgoing((event, message) => outgoing.push([event, message]));
    const all = arrivals(connection.client, 1);
    const sent = entry(1, 'a');
    connection.transport.broadcast([connection.socket.id], [sent]);
    expect(await all).toEqual(['a']);
    expect(outgoing).toEqual([
      ['stream_update', { type: 'stream_update', data: { update: sent.update } }],
    ]);
  });

  it('gives up a client whose listener throws, and nobody else', async () => {
    const { transport, socket, expelled } = await connected({});
    const thrown = new Error('a listener of the application');
    socket.onAnyOutgoing(() => {
      throw thrown;
    });
    expect(transport.broadcast([socket.id], [entry(1, 'a')])).toEqual([]);
    expect(expelled).toEqual([[socket.id, thrown]]);
  });
});

describe('what may wait for a client', () => {
  const BOUND = 65_536;
  const UPDATE = entry(1, 'x'.repeat(10_000));

  /** What waits in the engine and in the network socket, in bytes. */
  function waiting({ socket: { conn } }: Connected): number {
    const packets = waitingPackets(conn) ?? [];
    return sizeOfPackets(packets) + (netSocketOf(conn.transport)?.writableLength ?? 0);
  }

  /** Sends until it refuses. @returns the most that ever waited */
  async function fill(connection: Connected): Promise<number> {
    const { transport, socket } = connection;
    let most = 0;
    while (transport.send(socket.id, [UPDATE]) === 1) {
      await new Promise((resolve) => setImmediate(resolve));
      most = Math.max(most, waiting(connection));
    }
    return most;
  }

  const stallUntilEnd = ({ client }: Connected): void => {
    const wake = stall(client);
    onTestEnd(wake);
  };

  const bounds = { maxQueuedBytes: BOUND };

  it.each<[string, Setup]>([
    ['a plain websocket', {}],
    [
      'compression',
      { server: { perMessageDeflate: { threshold: 1e9, serverNoContextTakeover: true } } },
    ],
    ['another parser', { server: { parser: otherParser }, client: { parser: otherParser } }],
  ])('never passes the bound over %s', async (_name, setup) => {
    const connection = await connected({ ...setup, slowClient: bounds });
    stallUntilEnd(connection);
    const most = await fill(connection);
    expect(most).toBeLessThanOrEqual(BOUND);
    expect(most).toBeGreaterThan(BOUND - 2 * UPDATE.bytes);
  });

  it('never passes the bound where an application listens to what goes out', async () => {
    const connection = await connected({ slowClient: bounds });
    connection.socket.onAnyOutgoing(() => undefined);
    stallUntilEnd(connection);
    expect(await fill(connection)).toBeLessThanOrEqual(BOUND);
  });

  it('never passes the bound over long-polling', async () => {
    const connection = await connected({
      slowClient: bounds,
      client: { transports: ['polling'] },
    });
    const { transport, socket } = connection;
    // All in one turn, in which the client cannot poll.
    const entries = Array.from({ length: 20 }, () => UPDATE);
    expect(transport.broadcast([socket.id], entries)).toEqual([socket.id]);
    const sent = transport.send(socket.id, entries);
    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThan(entries.length);
    expect(waiting(connection)).toBeLessThanOrEqual(BOUND);
  });

  it('takes one update that is larger than the bound, and nothing more before that has left', async () => {
    const connection = await connected({ slowClient: bounds });
    const { transport, socket, client } = connection;
    const large = entry(1, 'x'.repeat(8 * 1_024 * 1_024));
    const all = arrivals(client, 2);
    expect(transport.send(socket.id, [large, UPDATE])).toBe(1);
    await transport.drained(socket.id);
    expect(transport.send(socket.id, [UPDATE])).toBe(1);
    expect(await all).toEqual([large.update.data, UPDATE.update.data]);
  });

  it('adds no listener to a connection that drains again and again', async () => {
    const connection = await connected({ slowClient: bounds });
    const { transport, socket, client } = connection;
    const large = entry(1, 'x'.repeat(16 * 1_024 * 1_024));
    const listeners = (): number =>
      socket.conn.listenerCount('drain') + socket.conn.listenerCount('close');
    const before = listeners();
    for (let round = 0; round < 5; round += 1) {
      const arrived = arrivals(client, 1);
      expect(transport.send(socket.id, [large, UPDATE])).toBe(1);
      await transport.drained(socket.id);
      await arrived;
      client.removeAllListeners();
    }
    expect(listeners()).toBe(before);
  });

  it('is patient with a client that takes little, and gives up one that takes nothing', async () => {
    const timeoutMs = 10_000;
    const connection = await connected({ slowClient: { ...bounds, timeoutMs } });
    const { transport, socket, expelled } = connection;
    const netSocket = netSocketOf(socket.conn.transport);
    if (!netSocket) throw new Error('the client is on a websocket');
    const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    const pass = async (ms: number): Promise<void> => {
      jest.advanceTimersByTime(ms);
      await turn();
    };
    jest.useFakeTimers({
      doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'performance'],
    });
    onTestEnd(() => jest.useRealTimers());
    stallUntilEnd(connection);
    const large = entry(1, 'x'.repeat(48 * 1_024 * 1_024));
    expect(transport.send(socket.id, [large, UPDATE])).toBe(1);
    const drained = transport.drained(socket.id);

    for (let round = 0; round < 5; round += 1) {
      const before = untakenBytes(netSocket);
      stall(connection.client)();
      while (untakenBytes(netSocket) === before) await turn();
      stall(connection.client);
      await pass(timeoutMs / 2);
    }
    expect(expelled).toEqual([]);

    for (let look = 0; look < 8; look += 1) await pass(timeoutMs / 4);
    await drained;
    expect(expelled).toEqual([[socket.id, expect.objectContaining({ code: 'SLOW_CLIENT' })]]);
  });
});
