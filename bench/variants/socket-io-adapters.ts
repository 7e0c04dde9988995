import { createAdapter, createShardedAdapter } from '@socket.io/redis-adapter';
import { createAdapter as createStreamsAdapter } from '@socket.io/redis-streams-adapter';
import { Redis } from 'ioredis';
import type { ServerOptions } from 'socket.io';
import type { Variant, VariantOptions } from '../variant.js';
import { start as startRooms } from './socket-io-rooms.js';

/**
 * How many packets the stream of all rooms has at most. With the default of 10,000, an instance loses packets
 * when it is one second late here.
 */
const MAX_LENGTH = 1_000_000;

/** How Socket.IO servers pass packets on to each other through Redis. */
export type AdapterKind = 'Pub/Sub' | 'sharded' | 'streams';

/** Socket.IO with rooms, on several instances. None of its adapters keeps a history for each room. */
export async function start(kind: AdapterKind, { redisUrl }: VariantOptions): Promise<Variant> {
  if (redisUrl === undefined) throw new Error(`The adapter (${kind}) needs a Redis.`);
  return startRooms({ adapter: adapterOf(kind, redisUrl) });
}

/** The clients are those of `ioredis`: they take less CPU time for each command, and none times out under load. */
function adapterOf(kind: AdapterKind, url: string): ServerOptions['adapter'] {
  if (kind === 'streams') return createStreamsAdapter(new Redis(url), { maxLen: MAX_LENGTH });
  const create = kind === 'sharded' ? createShardedAdapter : createAdapter;
  return create(new Redis(url), new Redis(url));
}
