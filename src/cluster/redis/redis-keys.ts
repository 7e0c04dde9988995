import type { Channel } from '../../protocol/channel.js';

const KIND_NAMES = { execution: 'e', room: 'r', thread: 't' } as const;

/** The keys of a channel in Redis. */
export interface ChannelKeys {
  /** In a cluster, all keys of one partition are on one server. */
  readonly partition: number;
  /** The hash with the facts about the channel. It is also the name of its Pub/Sub channel. */
  readonly meta: string;
  /** The list of its records. */
  readonly list: string;
  /** The list of the removed records that have text. */
  readonly kept: string;
}

/** The keys of a channel, in the order in which scripts take them. */
export const scriptKeys = ({ meta, list, kept }: ChannelKeys): string[] => [meta, list, kept];

/** The names of everything that the instances of one application keep in Redis. */
export class RedisKeys {
  constructor(
    private readonly prefix: string,
    private readonly partitions: number,
  ) {}

  of({ kind, id }: Channel): ChannelKeys {
    const name = `${KIND_NAMES[kind]}:${id}`;
    const partition = this.partitions === 1 ? 0 : hashOf(name) % this.partitions;
    // A cluster places a key by the text in braces.
    const prefix = `${this.prefix}:{${partition}}`;
    return {
      partition,
      meta: `${prefix}:m:${name}`,
      list: `${prefix}:l:${name}`,
      kept: `${prefix}:k:${name}`,
    };
  }

  /** The key of a single value, such as a ticket. */
  single(what: string, name: string): string {
    return `${this.prefix}:${what}:${name}`;
  }

  /** A key about instances. A script can use several of these keys together. */
  ofInstances(what: string, name = ''): string {
    return `${this.prefix}:{instances}:${what}:${name}`;
  }
}

/** Divides channels into groups. One script can handle all channels of a group. */
export function* groupsOf<T extends { readonly keys: ChannelKeys }>(
  channels: Iterable<T>,
  size: number,
): Generator<readonly T[]> {
  const open = new Map<number, T[]>();
  for (const one of channels) {
    const group = open.get(one.keys.partition) ?? [];
    group.push(one);
    open.set(one.keys.partition, group);
    if (group.length < size) continue;
    open.delete(one.keys.partition);
    yield group;
  }
  yield* open.values();
}

/** FNV-1a of the code units. */
function hashOf(text: string): number {
  let hash = 0x81_1c_9d_c5;
  for (let at = 0; at < text.length; at += 1)
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01_00_01_93);
  return hash >>> 0;
}
