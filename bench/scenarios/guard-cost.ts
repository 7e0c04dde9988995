import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { WebSocket } from 'ws';
import { AccessAccount } from '../../src/access/rate-limit/access-account.js';
import type { GatewayNamespace, GatewaySocket } from '../../src/gateway/socket-types.js';
import { resolveStreamingOptions } from '../../src/options/resolve-options.js';
import { SocketServers } from '../../src/transports/socket-io/socket-servers.js';
import { figureOf, type Scenario } from './result.js';

const NAMESPACE = '/streaming';
const MESSAGES = 200_000;
const CONNECTIONS = 1_000;
/** After how many messages the rest of the process has its turn. */
const TURN = 1_000;

/** Limits that nothing here reaches. */
const { gateway: OPTIONS } = resolveStreamingOptions({
  gateway: {
    maxConnections: 1e6,
    maxConnectionsPerAddress: 1e6,
    rateLimit: { maxMessages: 1e9, maxConnects: 1e9 },
  },
});

interface Engine {
  onPacket(packet: { readonly type: string; readonly data: string }): void;
}

interface Costs {
  /** In µs of CPU. */
  readonly message: number;
  readonly connection: number;
}

/** What the guard of the engine adds to a plain Socket.IO server. */
export const guardCost: Scenario = {
  name: 'the guard of the engine',
  run: async ({ cycles, isWarm, scale }) => {
    const messages: number[] = [];
    const connections: number[] = [];
    if (isWarm) for (const isGuarded of [false, true]) await costsOf(isGuarded, scale);
    for (let cycle = 0; cycle < Math.max(3, cycles); cycle += 1) {
      const plain = await costsOf(false, scale);
      const guarded = await costsOf(true, scale);
      messages.push(guarded.message - plain.message);
      connections.push(guarded.connection - plain.connection);
    }
    const scenario = guardCost.name;
    return [
      { scenario, metric: 'more per message', figure: figureOf(messages), unit: 'µs' },
      { scenario, metric: 'more per connection', figure: figureOf(connections), unit: 'µs' },
    ];
  },
};

async function costsOf(isGuarded: boolean, scale: number): Promise<Costs> {
  const http = createServer().listen(0, '127.0.0.1');
  await once(http, 'listening');
  const server = new Server(http, { transports: ['websocket'] });
  const namespace = server.of(NAMESPACE) as unknown as GatewayNamespace;
  const account = new AccessAccount();
  account.include(OPTIONS);
  if (isGuarded) new SocketServers(account).protect(namespace, OPTIONS);
  const { port } = http.address() as AddressInfo;
  try {
    const connection = await costOfConnections(port, Math.round(CONNECTIONS * scale));
    return { connection, message: await costOfMessages(namespace, port, MESSAGES * scale) };
  } finally {
    await server.close();
  }
}

async function costOfConnections(port: number, count: number): Promise<number> {
  const before = process.cpuUsage();
  for (let index = 0; index < count; index += 1) {
    const socket = await join(port);
    socket.terminate();
  }
  return microsecondsSince(before) / count;
}

/** Hands messages to the engine, as its transport does. */
async function costOfMessages(
  namespace: GatewayNamespace,
  port: number,
  count: number,
): Promise<number> {
  const connected = once(namespace, 'connection');
  const socket = await join(port);
  const [served] = (await connected) as [GatewaySocket];
  const engine = served.conn as unknown as Engine;
  let taken = 0;
  served.onAny(() => (taken += 1));
  // The engine has taken its own type, 4, away.
  const packet = { type: 'message', data: `2${NAMESPACE},["ping"]` };
  const before = process.cpuUsage();
  for (let index = 0; index < count; index += 1) {
    engine.onPacket(packet);
    if (index % TURN === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await new Promise((resolve) => setImmediate(resolve));
  const cost = microsecondsSince(before) / count;
  if (taken < count) throw new Error(`Only ${taken} of ${count} messages were taken.`);
  socket.terminate();
  return cost;
}

async function join(port: number): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`);
  await once(socket, 'open');
  socket.send(`40${NAMESPACE},`);
  for (;;) {
    const [data] = (await once(socket, 'message')) as [Buffer];
    if (data.toString().startsWith('40')) return socket;
  }
}

function microsecondsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
