import { AUTHENTICATION_DEFAULTS } from '../access/authentication-options.js';
import { RATE_LIMIT_DEFAULTS } from '../access/rate-limit/rate-limit-options.js';

/** The default of every option that has one; the `@default` tags of the options say the same. */
export const OPTION_DEFAULTS = {
  gateway: {
    port: 0,
    namespace: '/streaming',
    path: '/socket.io',
    cors: false,
    transports: ['websocket', 'polling'],
    pingIntervalMs: 25_000,
    pingTimeoutMs: 20_000,
    connectTimeoutMs: 10_000,
    maxPayloadBytes: 65_536,
    maxConnections: 1_000,
    maxConnectionsPerPrincipal: 50,
    maxConnectionsPerAddress: 1_000,
    trustedProxies: 0,
    rateLimit: RATE_LIMIT_DEFAULTS,
    maxPayloadDepth: 32,
    maxIdLength: 256,
    maxSubscriptionsPerClient: 100,
    maxRoomsPerClient: 50,
    maxRooms: 10_000,
    maxWaitForMs: 60_000,
    maxWaitsPerClient: 10,
    compression: false,
    slowClient: { maxQueuedBytes: 262_144, maxQueuedPackets: 256, timeoutMs: 15_000 },
    authentication: false,
    accessTimeoutMs: 5_000,
  },
  log: {
    maxEntries: 10_000,
    maxBytes: 8_388_608,
    retentionMs: 300_000,
    roomIdleMs: 3_600_000,
  },
  tokens: {
    flushIntervalMs: 'auto',
    maxFlushIntervalMs: 1_000,
  },
  decorators: {
    enabled: true,
    acknowledgmentTimeoutMs: 5_000,
    token: { enabled: true, bufferSize: 1_000, includeMetadata: false, format: 'text' },
    event: {
      enabled: true,
      events: ['node:start', 'node:complete', 'node:error', 'node:end', 'events', 'custom'],
      bufferSize: 100,
      delivery: 'at-least-once',
    },
    progress: {
      enabled: true,
      intervalMs: 1_000,
      granularity: 'fine',
      includeETA: false,
      includeMetrics: false,
      milestones: [],
      format: {
        showPercentage: true,
        showCurrent: false,
        showTotal: false,
        showRate: false,
        precision: 1,
      },
    },
  },
  executions: {
    maxActive: 10_000,
    interruptTimeoutMs: 3_600_000,
    highWaterMarkBytes: 1_048_576,
    maxQueuedBytes: 16_777_216,
    maxUpdateBytes: 4_194_304,
    maxWaitingBytes: 67_108_864,
    drainMs: 5_000,
    cleanupMs: 1_000,
  },
  agents: {
    maxInputBytes: 65_536,
    maxInputDepth: 32,
    maxStarts: 60,
    startWindowMs: 60_000,
    maxRunsPerPrincipal: 20,
    maxQueuedPerThread: 10,
    keyRetentionMs: 86_400_000,
    maxThreads: 10_000,
    maxThreadsPerPrincipal: 1_000,
  },
} as const;

/** The defaults of nested options whose parent is absent or off by default. */
export const DEFAULTS_WHEN_GIVEN = {
  gateway: { cors: { credentials: false }, authentication: AUTHENTICATION_DEFAULTS },
  token: { filter: { excludeWhitespace: false } },
  event: { filter: { includeDebug: false } },
  progress: {},
} as const;
