import type { Variant, VariantOptions } from '../variant.js';

type StartVariant = (options: VariantOptions) => Promise<Variant>;

/** Every server that can be measured; each is loaded in a process of its own. */
export const VARIANTS = {
  library: async (options) => (await import('./library.js')).start(options),
  'raw ws': async () => (await import('./raw-ws.js')).start(),
  'Socket.IO rooms': async () => (await import('./socket-io-rooms.js')).start(),
  'Nest gateway, rooms': async () => (await import('./nest-gateway.js')).start('rooms'),
  'Nest gateway, loop': async () => (await import('./nest-gateway.js')).start('loop'),
  'Nest @Sse': async () => (await import('./nest-sse.js')).start(),
  'Subject per client': async () => (await import('./nest-gateway.js')).start('subjects'),
  'Socket.IO, Redis adapter': async (options) =>
    (await import('./socket-io-adapters.js')).start('Pub/Sub', options),
  'Socket.IO, sharded Redis adapter': async (options) =>
    (await import('./socket-io-adapters.js')).start('sharded', options),
  'Socket.IO, Redis streams adapter': async (options) =>
    (await import('./socket-io-adapters.js')).start('streams', options),
} satisfies Record<string, StartVariant>;

export type VariantName = keyof typeof VARIANTS;
