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
    maxSubscriptionsPerClient: 100,
    maxRoomsPerClient: 50,
    compression: false,
    authentication: false,
  },
  log: {
    maxEntries: 10_000,
    maxBytes: 8_388_608,
    retentionMs: 300_000,
    roomIdleMs: 3_600_000,
  },
  tokens: {
    flushIntervalMs: 40,
  },
  executions: {
    maxActive: 10_000,
    interruptTimeoutMs: 3_600_000,
    highWaterMarkBytes: 1_048_576,
  },
} as const;
