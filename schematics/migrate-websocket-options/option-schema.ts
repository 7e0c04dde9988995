import type { JsonSchema } from './json-schema.js';

/**
 * The options that the boot takes, with their bounds, as its schema in `src/options/` says it.
 * Generated: `UPDATE_OPTIONS=1 npm test -- test/schematics/migration-options`; the test fails while
 * it is out of date.
 */
export const OPTION_SCHEMA: JsonSchema = {
  type: 'object',
  properties: {
    gateway: {
      type: 'object',
      properties: {
        enabled: { type: 'boolean' },
        port: { type: 'integer', minimum: 0, maximum: 65535 },
        namespace: { type: 'string' },
        path: { type: 'string' },
        cors: {
          anyOf: [
            { type: 'boolean', const: false },
            {
              type: 'object',
              properties: {
                origin: { anyOf: [{ type: 'boolean' }, { type: 'string' }, {}, { type: 'array' }] },
                credentials: { type: 'boolean' },
                methods: { type: 'array' },
                allowedHeaders: { type: 'array' },
              },
              required: ['origin'],
            },
          ],
        },
        transports: { type: 'array' },
        pingIntervalMs: { type: 'integer', exclusiveMinimum: 0, maximum: 2147483647 },
        pingTimeoutMs: { type: 'integer', exclusiveMinimum: 0, maximum: 2147483647 },
        connectTimeoutMs: { type: 'integer', exclusiveMinimum: 0, maximum: 2147483647 },
        maxPayloadBytes: { type: 'integer', exclusiveMinimum: 0 },
        maxConnections: { type: 'integer', exclusiveMinimum: 0 },
        maxConnectionsPerPrincipal: { type: 'integer', exclusiveMinimum: 0 },
        maxConnectionsPerAddress: { type: 'integer', exclusiveMinimum: 0 },
        trustedProxies: { type: 'integer', minimum: 0 },
        maxPayloadDepth: { type: 'integer', exclusiveMinimum: 0 },
        maxIdLength: { type: 'integer', exclusiveMinimum: 0 },
        maxSubscriptionsPerClient: { type: 'integer', exclusiveMinimum: 0 },
        maxRoomsPerClient: { type: 'integer', exclusiveMinimum: 0 },
        maxRooms: { type: 'integer', exclusiveMinimum: 0 },
        maxWaitForMs: { type: 'integer', exclusiveMinimum: 0, maximum: 2147483647 },
        maxWaitsPerClient: { type: 'integer', exclusiveMinimum: 0 },
        compression: { type: 'boolean' },
        slowClient: {
          type: 'object',
          properties: {
            maxQueuedBytes: { type: 'integer', minimum: 65536 },
            maxQueuedPackets: { type: 'integer', exclusiveMinimum: 0 },
            timeoutMs: { type: 'integer', exclusiveMinimum: 0, maximum: 2147483647 },
          },
        },
        authentication: {
          anyOf: [
            { type: 'boolean', const: false },
            {
              type: 'object',
              properties: {
                strategies: { type: 'array' },
                timeoutMs: { type: 'integer', exclusiveMinimum: 0, maximum: 2147483647 },
                expiryNoticeMs: { type: 'integer', minimum: 0 },
                maxUncheckedMs: { type: 'integer', minimum: 0 },
                sources: {
                  type: 'object',
                  properties: {
                    handshake: { type: 'boolean' },
                    authorizationHeader: { type: 'boolean' },
                    apiKeyHeader: { type: 'string' },
                    cookie: { type: 'string' },
                  },
                },
              },
              required: ['strategies'],
            },
          ],
        },
        accessPolicy: {},
        rooms: { anyOf: [{ type: 'string' }, { type: 'array' }, {}] },
        accessTimeoutMs: { type: 'integer', exclusiveMinimum: 0, maximum: 2147483647 },
        rateLimit: {
          anyOf: [
            { type: 'boolean', const: false },
            {
              type: 'object',
              properties: {
                maxMessages: { type: 'integer', exclusiveMinimum: 0 },
                maxMessagesPerPrincipal: { type: 'integer', exclusiveMinimum: 0 },
                windowMs: { type: 'integer', exclusiveMinimum: 0, maximum: 2147483647 },
                maxConnects: { type: 'integer', exclusiveMinimum: 0 },
                maxFailedAuthentications: { type: 'integer', exclusiveMinimum: 0 },
                failedAuthenticationWindowMs: {
                  type: 'integer',
                  exclusiveMinimum: 0,
                  maximum: 2147483647,
                },
                maxKeys: { type: 'integer', exclusiveMinimum: 0 },
                skip: {},
              },
            },
          ],
        },
      },
    },
    backend: {},
    log: {
      type: 'object',
      properties: {
        maxEntries: { type: 'integer', exclusiveMinimum: 0 },
        maxBytes: { type: 'integer', exclusiveMinimum: 0 },
        retentionMs: { type: 'integer', minimum: 0 },
        roomIdleMs: { type: 'integer', exclusiveMinimum: 0, maximum: 2147483647 },
        store: {},
      },
    },
    tokens: {
      type: 'object',
      properties: {
        flushIntervalMs: {
          anyOf: [
            { type: 'string', const: 'auto' },
            { type: 'integer', minimum: 0 },
          ],
        },
        maxFlushIntervalMs: { type: 'integer', minimum: 0 },
      },
    },
    decorators: {
      type: 'object',
      properties: {
        enabled: { type: 'boolean' },
        token: {
          type: 'object',
          properties: {
            enabled: { type: 'boolean' },
            bufferSize: { type: 'integer', exclusiveMinimum: 0 },
            batchSize: { type: 'integer', exclusiveMinimum: 0 },
            flushIntervalMs: { type: 'integer', minimum: 0 },
            flushInterval: { type: 'integer', minimum: 0 },
            includeMetadata: { type: 'boolean' },
            processor: {},
            format: { type: 'string' },
            filter: {
              type: 'object',
              properties: {
                minLength: { type: 'integer', minimum: 0 },
                maxLength: { type: 'integer', minimum: 0 },
                excludeWhitespace: { type: 'boolean' },
                pattern: {},
              },
            },
          },
        },
        event: {
          type: 'object',
          properties: {
            enabled: { type: 'boolean' },
            events: { type: 'array' },
            bufferSize: { type: 'integer', exclusiveMinimum: 0 },
            transformer: {},
            filter: {
              type: 'object',
              properties: {
                eventTypes: { type: 'array' },
                excludeTypes: { type: 'array' },
                minPriority: { type: 'string' },
                includeDebug: { type: 'boolean' },
              },
            },
            delivery: { type: 'string' },
          },
        },
        progress: {
          type: 'object',
          properties: {
            enabled: { type: 'boolean' },
            intervalMs: { type: 'integer', minimum: 0 },
            interval: { type: 'integer', minimum: 0 },
            granularity: { type: 'string' },
            includeETA: { type: 'boolean' },
            includeMetrics: { type: 'boolean' },
            milestones: { type: 'array' },
            calculator: {},
            format: {
              type: 'object',
              properties: {
                showPercentage: { type: 'boolean' },
                showCurrent: { type: 'boolean' },
                showTotal: { type: 'boolean' },
                showRate: { type: 'boolean' },
                precision: { type: 'integer', minimum: 0, maximum: 10 },
              },
            },
          },
        },
        acknowledgmentTimeoutMs: { type: 'integer', exclusiveMinimum: 0 },
      },
    },
    executions: {
      type: 'object',
      properties: {
        maxActive: { type: 'integer', exclusiveMinimum: 0 },
        interruptTimeoutMs: { type: 'integer', exclusiveMinimum: 0, maximum: 2147483647 },
        highWaterMarkBytes: { type: 'integer', exclusiveMinimum: 0 },
        maxQueuedBytes: { type: 'integer', exclusiveMinimum: 0 },
        maxUpdateBytes: { type: 'integer', exclusiveMinimum: 0 },
        maxWaitingBytes: { type: 'integer', exclusiveMinimum: 0 },
        drainMs: { type: 'integer', minimum: 0, maximum: 2147483647 },
        cleanupMs: { type: 'integer', minimum: 0, maximum: 2147483647 },
      },
    },
    agents: {
      type: 'object',
      properties: {
        maxInputBytes: { type: 'integer', exclusiveMinimum: 0 },
        maxInputDepth: { type: 'integer', exclusiveMinimum: 0 },
        maxStarts: { type: 'integer', exclusiveMinimum: 0 },
        startWindowMs: { type: 'integer', exclusiveMinimum: 0, maximum: 2147483647 },
        maxRunsPerPrincipal: { type: 'integer', exclusiveMinimum: 0 },
        maxQueuedPerThread: { type: 'integer', exclusiveMinimum: 0 },
        keyRetentionMs: { type: 'integer', exclusiveMinimum: 0, maximum: 2147483647 },
        maxThreads: { type: 'integer', exclusiveMinimum: 0 },
        maxThreadsPerPrincipal: { type: 'integer', exclusiveMinimum: 0 },
      },
    },
  },
};
