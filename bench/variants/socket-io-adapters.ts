import { createAdapter, createShardedAdapter } from '@socket.io/redis-adapter';
import { createAdapter as createStreamsAdapter } from '@socket.io/redis-streams-adapter';
import { createClient } from 'redis';
import type { ServerOptions } from 'socket.io';
import type { Variant, VariantOptions } from '../variant.js';
import { start as startRooms } from './socket-io-rooms.js';

/** How Socket.IO servers pass packets on to each other through Redis. */
export type AdapterKind = 'Pub/Sub' | 'sharded' | 'streams';

/** Socket.IO with rooms, on several instances. None of its adapters keeps a history for each room. */
export async function start(kind: AdapterKind, { redisUrl }: VariantOptions): Promise<Variant> {
  if (redisUrl === undefined) throw new Error(`The adapter (${kind}) needs a Redis.`);
  return startRooms({ adapter: await adapterOf(kind, redisUrl) });
}

async function adapterOf(kind: AdapterKind, url: string): Promise<ServerOptions['adapter']> {
  const connect = async () => createClient({ url }).connect();
  if (kind === 'streams') return createStreamsAdapter(await connect());
  const create = kind === 'sharded' ? createShardedAdapter : createAdapter;
  return create(await connect(), await connect());
}
