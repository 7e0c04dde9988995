import type { Type } from '@nestjs/common';
import type { AuthenticationOptions } from '../access/authentication-options.js';
import type { RoomAccess } from '../access/access-policy/room-access.js';
import type { GatewayRateLimitOptions } from '../access/rate-limit/rate-limit-options.js';
import type { StreamAccessPolicy } from '../access/stream-access-policy.js';
import type { StreamingBackendFactory } from '../cluster/streaming-backend.js';
import type { SlowClientOptions } from './slow-client-options.js';
import type { StreamLog } from '../log/stream-log.js';
import type { DecoratorOptions } from './decorator-options.js';

/**
 * Options of `StreamingModule.forRoot` and `forRootAsync`.
 *
 * @publicApi
 */
export interface StreamingModuleOptions {
  /**
   * The Socket.IO gateway. Without this option there is no gateway; you can still follow executions in the
   * process.
   */
  readonly gateway?: WebSocketGatewayOptions;
  /** What the log keeps, and where. */
  readonly log?: StreamLogOptions;
  /**
   * The backend that the instances of the application share, such as `redisBackend`. Without this option, the
   * application has one instance.
   */
  readonly backend?: StreamingBackendFactory;
  /** How tokens are joined. */
  readonly tokens?: TokenStreamOptions;
  /** Limits of executions. */
  readonly executions?: ExecutionOptions;
  /** Limits for the agents that clients start. */
  readonly agents?: AgentOptions;
  /** Defaults of the decorators. */
  readonly decorators?: DecoratorOptions;
}

/**
 * Options of the gateway.
 *
 * @publicApi
 */
export interface WebSocketGatewayOptions {
  /** Whether the gateway listens. @default true when `gateway` is given */
  readonly enabled?: boolean;
  /**
   * A separate port for the gateway. Without this option, or with 0 or the application's port, the gateway
   * uses the application's server. @default 0
   */
  readonly port?: number;
  /** The Socket.IO namespace. @default '/streaming' */
  readonly namespace?: string;
  /** The HTTP path of Socket.IO. @default '/socket.io' */
  readonly path?: string;
  /** Which pages of other origins may connect. @default false */
  readonly cors?: false | GatewayCorsOptions;
  /** The transports to offer. @default ['websocket', 'polling'] */
  readonly transports?: readonly ('websocket' | 'polling')[];
  /** How often the server pings, in milliseconds. @default 25000 */
  readonly pingIntervalMs?: number;
  /** How long a client may take to answer a ping, in milliseconds. @default 20000 */
  readonly pingTimeoutMs?: number;
  /**
   * How long a client may take from opening the transport to joining the namespace, in milliseconds. @default
   * 10000
   */
  readonly connectTimeoutMs?: number;
  /** The largest message a client may send, in bytes. @default 65536 */
  readonly maxPayloadBytes?: number;
  /** How many clients may be connected to this instance. @default 1000 */
  readonly maxConnections?: number;
  /** How many connections one principal may have, in all instances together. @default 50 */
  readonly maxConnectionsPerPrincipal?: number;
  /** How many connections to this instance may come from one address. @default 1000 */
  readonly maxConnectionsPerAddress?: number;
  /**
   * The number of reverse proxies in front of this server. Each of them must append to `X-Forwarded-For`.
   * Without this option everybody behind a proxy counts as one address.
   *
   * @default 0
   */
  readonly trustedProxies?: number;
  /**
   * Limits on how often clients may do things that use the server's resources. `false` switches these limits
   * off. @default the defaults of `GatewayRateLimitOptions`
   */
  readonly rateLimit?: false | GatewayRateLimitOptions;
  /** How deep the objects in a message may be nested. @default 32 */
  readonly maxPayloadDepth?: number;
  /** How long the ids in a message may be, in characters. @default 256 */
  readonly maxIdLength?: number;
  /** How many executions one connection may be subscribed to. @default 100 */
  readonly maxSubscriptionsPerClient?: number;
  /** How many rooms one connection may be in. @default 50 */
  readonly maxRoomsPerClient?: number;
  /** How many different rooms the clients of this gateway may be in at the same time. @default 10000 */
  readonly maxRooms?: number;
  /** How long a client may wait for an execution that does not exist yet, in milliseconds. @default 60000 */
  readonly maxWaitForMs?: number;
  /** How many executions one connection may wait for, because they do not exist yet. @default 10 */
  readonly maxWaitsPerClient?: number;
  /** Whether to compress large messages (`permessage-deflate`). @default false */
  readonly compression?: boolean;
  /**
   * When a client counts as slow, and what happens to it then. @default the defaults of `SlowClientOptions`
   */
  readonly slowClient?: SlowClientOptions;
  /**
   * How connections are authenticated. With `false` anybody may connect, and see and control everything. With
   * `NODE_ENV=production` you must set this option.
   *
   * @default false
   */
  readonly authentication?: false | AuthenticationOptions;
  /**
   * Decides who may do what with which channel. Without this option, `OwnerAccessPolicy` decides: only the
   * owner may see and control an execution or thread, and rooms are closed.
   */
  readonly accessPolicy?: StreamAccessPolicy | Type<StreamAccessPolicy>;
  /** Which rooms clients may join under the default policy. Without this option, they may join no room. */
  readonly rooms?: RoomAccess;
  /** How long the access policy may take to answer, in milliseconds. @default 5000 */
  readonly accessTimeoutMs?: number;
}

/** Which pages of other origins may connect; see the `cors` package. */
export interface GatewayCorsOptions {
  /**
   * The allowed origins: exact origins in the form that browsers send, such as `https://app.example`, or
   * patterns that match the whole origin. `true` and `'*'` allow every origin, `false` allows none.
   */
  readonly origin: string | RegExp | readonly (string | RegExp)[] | boolean;
  /** Whether pages may send cookies. @default false */
  readonly credentials?: boolean;
  /** The HTTP methods that pages may use. Without this option, the methods that Socket.IO uses. */
  readonly methods?: readonly string[];
  /** The headers that pages may send. Without this option, all headers. */
  readonly allowedHeaders?: readonly string[];
}

/** How much the log keeps, for each channel. */
export interface StreamLogOptions {
  /** How many updates the log keeps of a channel. @default 10000 */
  readonly maxEntries?: number;
  /**
   * How many bytes of encoded updates the log keeps of a channel. In addition, the log keeps the text
   * of older updates, in at most a quarter of this number. The in-memory log joins this text; Redis keeps it as it
   * came. @default 8388608
   */
  readonly maxBytes?: number;
  /** How long after its end a channel can be read, in milliseconds. @default 300000 */
  readonly retentionMs?: number;
  /** How long a room without a new update is kept, in milliseconds. @default 3600000 */
  readonly roomIdleMs?: number;
  /** An implementation of the log that replaces the in-memory log. */
  readonly store?: StreamLog;
}

/** How tokens are joined before they are appended to the log. */
export interface TokenStreamOptions {
  /**
   * The time in which tokens are joined into one update, in milliseconds. The first token of a message is
   * sent immediately. With 0 each token is an update of its own. With `'auto'` the time depends on the load:
   * 4 ms while the process is idle, at least 50 ms if the event loop is busy for half of the time, 250 ms if
   * it is busy for 85 % of the time. If sending takes long, the time also grows, to at most 250 ms. It is
   * never more than `maxFlushIntervalMs`.
   *
   * @default 'auto'
   */
  readonly flushIntervalMs?: number | 'auto';
  /**
   * The longest flush interval, in milliseconds. The interval grows in two cases: while the event loop is
   * overloaded, by at most 200 ms; and while more than ten messages of an execution grow at the same time, to
   * 10 ms for each message above ten. Afterwards it shrinks again.
   *
   * @default 1000
   */
  readonly maxFlushIntervalMs?: number;
}

/** Limits for the agents that clients start. Starts and runs are counted in all instances together. */
export interface AgentOptions {
  /** How large the input of a run may be, in bytes of JSON. @default 65536 */
  readonly maxInputBytes?: number;
  /** How deep the objects in an input may be nested. @default 32 */
  readonly maxInputDepth?: number;
  /** How many runs one principal may start per window. @default 60 */
  readonly maxStarts?: number;
  /** The window for starts, in milliseconds. @default 60000 */
  readonly startWindowMs?: number;
  /** How many runs of one principal may be active or queued at the same time. @default 20 */
  readonly maxRunsPerPrincipal?: number;
  /** How many runs may wait in one thread. @default 10 */
  readonly maxQueuedPerThread?: number;
  /**
   * How long the key of a start is remembered, in milliseconds. A start that is repeated with its key within
   * this time starts nothing.
   *
   * @default 86400000
   */
  readonly keyRetentionMs?: number;
  /**
   * How many threads are kept, if they are kept in memory. If there are more, the principal with the most
   * threads loses its oldest idle thread; viewers of the thread get `CHANNEL_GONE`. The checkpointer keeps
   * the data of the thread.
   *
   * @default 10000
   */
  readonly maxThreads?: number;
  /**
   * How many threads of one principal are kept, if they are kept in memory. If there are more, the oldest
   * idle thread is removed.
   *
   * @default 1000
   */
  readonly maxThreadsPerPrincipal?: number;
}

/** Limits of executions. */
export interface ExecutionOptions {
  /** How many executions may be running or interrupted at the same time. @default 10000 */
  readonly maxActive?: number;
  /** How long a question may stay open before its execution is cancelled, in milliseconds. @default 3600000 */
  readonly interruptTimeoutMs?: number;
  /**
   * How many encoded bytes of an execution may wait for the log before its source must wait. It cannot be
   * more than `maxQueuedBytes`.
   *
   * @default 1048576
   */
  readonly highWaterMarkBytes?: number;
  /**
   * How many bytes of an execution may wait for the log if its source cannot wait, such as an Observable. Each
   * update counts with its encoded data, its metadata and 100 bytes more. Beyond this number the execution
   * fails with `SOURCE_OVERFLOW`. It also fails if a single update is larger.
   *
   * @default 16777216
   */
  readonly maxQueuedBytes?: number;
  /**
   * How large the data of one update may be, in bytes of JSON. Larger data, such as a state with files, is
   * replaced by `{ omitted: { code: 'UPDATE_TOO_LARGE', maxBytes } }`. The same applies to a published result
   * and to the value of a question. Text is never left out.
   *
   * @default 4194304
   */
  readonly maxUpdateBytes?: number;
  /**
   * How many encoded bytes may wait for the log in this instance, counted over all its executions. Updates
   * wait, for example, while the database of the log is down. Beyond half of this number, sources must wait.
   * Beyond this number, an execution that continues to stream fails with `SOURCE_OVERFLOW`.
   *
   * @default 67108864
   */
  readonly maxWaitingBytes?: number;
  /**
   * When the application closes, how long running executions may continue before they are cancelled, in
   * milliseconds. New executions are refused with `SERVER_SHUTDOWN` immediately.
   *
   * @default 5000
   */
  readonly drainMs?: number;
  /**
   * When the application closes, how long the sources of cancelled executions may clean up, such as in a
   * `finally` block, in milliseconds.
   *
   * @default 1000
   */
  readonly cleanupMs?: number;
}
