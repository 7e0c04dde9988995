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
} satisfies Record<string, StartVariant>;

export type VariantName = keyof typeof VARIANTS;
