import { z } from 'zod';
import { decoratorsSchema } from './decorator-schema.js';
import { OPTION_DEFAULTS } from './option-defaults.js';

const MAX_PORT = 65_535;

const flag = z.boolean();
const count = z.int().positive();
const durationMs = z.int().nonnegative();
/** The longest delay of a timer in Node. */
const MAX_TIMER_MS = 2 ** 31 - 1;
const flushInterval = z.union([z.literal('auto'), durationMs], {
  error: "must be a whole number of milliseconds, 0 or more, or 'auto'",
});
const timerMs = z.int().positive().max(MAX_TIMER_MS);

const implementing = (method: string, what: string): z.ZodType =>
  z.custom(
    (value) =>
      typeof value === 'function' ||
      (typeof value === 'object' && value !== null && method in value),
    `must be ${what}`,
  );

const callable = z.custom((value) => typeof value === 'function', 'must be a function');

const cors = z.strictObject({
  origin: z.union(
    [flag, z.string(), z.instanceof(RegExp), z.array(z.union([z.string(), z.instanceof(RegExp)]))],
    { error: 'must name the origins that may connect, such as https://app.example' },
  ),
  credentials: flag.optional(),
  methods: z.array(z.string()).optional(),
  allowedHeaders: z.array(z.string()).optional(),
});

const authentication = z.strictObject({
  strategies: z
    .array(
      implementing(
        'authenticate',
        'an AuthenticationStrategy, such as `new JwtStrategy({ secret })`',
      ),
      { error: 'must be a list of strategies, such as [new JwtStrategy({ secret })]' },
    )
    .min(1, 'must have at least one strategy'),
  timeoutMs: timerMs.optional(),
  expiryNoticeMs: durationMs.optional(),
  maxUncheckedMs: durationMs.optional(),
  sources: z
    .strictObject({
      handshake: flag.optional(),
      authorizationHeader: flag.optional(),
      apiKeyHeader: z.string().min(1).optional(),
      cookie: z.string().min(1).optional(),
    })
    .optional(),
});

const rateLimit = z.strictObject({
  maxMessages: count.optional(),
  maxMessagesPerPrincipal: count.optional(),
  windowMs: timerMs.optional(),
  maxConnects: count.optional(),
  maxFailedAuthentications: count.optional(),
  failedAuthenticationWindowMs: timerMs.optional(),
  maxKeys: count.optional(),
  skip: callable.optional(),
});

const slowClient = z.strictObject({
  // Below the size of a joined update, every client that catches up would count as slow.
  maxQueuedBytes: z.int().min(65_536).optional(),
  maxQueuedPackets: count.optional(),
  timeoutMs: timerMs.optional(),
});

/** The options of a gateway, before defaults are filled in. Legacy names are already converted. */
export const gatewaySchema = z.strictObject({
  enabled: flag.optional(),
  port: z.int().min(0).max(MAX_PORT).optional(),
  namespace: z.string().min(1).optional(),
  path: z.string().regex(/^\//, 'must begin with a slash').optional(),
  cors: z
    .union([z.literal(false), cors], {
      error: 'must be false or { origin: [...] }: name the origins that may connect',
    })
    .optional(),
  transports: z
    .array(z.enum(['websocket', 'polling']))
    .min(1, "must have at least one transport, such as 'websocket'")
    .optional(),
  pingIntervalMs: timerMs.optional(),
  pingTimeoutMs: timerMs.optional(),
  connectTimeoutMs: timerMs.optional(),
  maxPayloadBytes: count.optional(),
  maxConnections: count.optional(),
  maxConnectionsPerPrincipal: count.optional(),
  maxConnectionsPerAddress: count.optional(),
  trustedProxies: z.int().nonnegative().optional(),
  maxPayloadDepth: count.optional(),
  maxIdLength: count.optional(),
  maxSubscriptionsPerClient: count.optional(),
  maxRoomsPerClient: count.optional(),
  maxRooms: count.optional(),
  maxWaitForMs: timerMs.optional(),
  maxWaitsPerClient: count.optional(),
  compression: flag.optional(),
  slowClient: slowClient.optional(),
  authentication: z
    .union([z.literal(false), authentication], {
      error: 'must be false or { strategies: [...] } with at least one strategy',
    })
    .optional(),
  accessPolicy: implementing('authorize', 'a StreamAccessPolicy or its class').optional(),
  rooms: z
    .union([z.string(), z.array(z.string()), callable], {
      error: 'must be a pattern, a list of patterns or a function',
    })
    .optional(),
  accessTimeoutMs: timerMs.optional(),
  rateLimit: z
    .union([z.literal(false), rateLimit], {
      error: 'must be false or an object of limits, such as { maxMessages: 100 }',
    })
    .optional(),
});

const executions = z
  .strictObject({
    maxActive: count.optional(),
    interruptTimeoutMs: timerMs.optional(),
    highWaterMarkBytes: count.optional(),
    maxQueuedBytes: count.optional(),
    maxUpdateBytes: count.optional(),
    maxWaitingBytes: count.optional(),
    drainMs: z.int().nonnegative().max(MAX_TIMER_MS).optional(),
    cleanupMs: z.int().nonnegative().max(MAX_TIMER_MS).optional(),
  })
  .refine(
    ({
      highWaterMarkBytes = OPTION_DEFAULTS.executions.highWaterMarkBytes,
      maxQueuedBytes = OPTION_DEFAULTS.executions.maxQueuedBytes,
    }) => highWaterMarkBytes <= maxQueuedBytes,
    {
      path: ['highWaterMarkBytes'],
      message: `must not be above executions.maxQueuedBytes, which is ${OPTION_DEFAULTS.executions.maxQueuedBytes} by default: otherwise a source would fail before it has to wait`,
    },
  );

/** The options of the module, before defaults are filled in. Legacy names are already converted. */
export const moduleSchema = z.strictObject({
  gateway: gatewaySchema.optional(),
  backend: callable.optional(),
  log: z
    .strictObject({
      maxEntries: count.optional(),
      maxBytes: count.optional(),
      retentionMs: durationMs.optional(),
      roomIdleMs: timerMs.optional(),
      store: implementing('append', 'a StreamLog').optional(),
    })
    .optional(),
  tokens: z
    .strictObject({
      flushIntervalMs: flushInterval.optional(),
      maxFlushIntervalMs: durationMs.optional(),
    })
    .optional(),
  decorators: decoratorsSchema.optional(),
  executions: executions.optional(),
  agents: z
    .strictObject({
      maxInputBytes: count.optional(),
      maxInputDepth: count.optional(),
      maxStarts: count.optional(),
      startWindowMs: timerMs.optional(),
      maxRunsPerPrincipal: count.optional(),
      maxQueuedPerThread: count.optional(),
      keyRetentionMs: timerMs.optional(),
      maxThreads: count.optional(),
      maxThreadsPerPrincipal: count.optional(),
    })
    .optional(),
});
