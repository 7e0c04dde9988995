import type { Type } from '@nestjs/common';
import { StreamingError } from '../../errors/streaming.error.js';
import type { StreamingWebSocketGateway } from '../../gateway/streaming-websocket.gateway.js';

/**
 * Options of `StreamingHttpModule.forRoot`.
 *
 * @publicApi
 */
export interface StreamingHttpOptions {
  /**
   * The path with which the routes begin, after the global prefix of the application. @default 'streaming'
   */
  readonly path?: string;
  /** The route of an execution, with `:id` in it. With `false` there is no such route. @default 'executions/:id' */
  readonly executions?: string | false;
  /** The route of a room, with `:id` in it. With `false` there is no such route. @default 'rooms/:id' */
  readonly rooms?: string | false;
  /** How often a comment keeps an idle stream open, in milliseconds. @default 15000 */
  readonly heartbeatMs?: number;
  /** The gateway whose policy, hooks and limits apply. @default the gateway of the module */
  readonly gateway?: Type<StreamingWebSocketGateway>;
}

/** Options with every default applied. */
export type ResolvedHttpOptions = Required<Omit<StreamingHttpOptions, 'gateway'>> &
  Pick<StreamingHttpOptions, 'gateway'>;

/** DI token of the {@link ResolvedHttpOptions}. */
export const STREAMING_HTTP_OPTIONS = Symbol.for('@hive-academy/langgraph-streaming:http-options');

const DEFAULTS = {
  path: 'streaming',
  executions: 'executions/:id',
  rooms: 'rooms/:id',
  heartbeatMs: 15_000,
} as const satisfies StreamingHttpOptions;

/** The longest time of a timer in Node. */
const MAX_MS = 2_147_483_647;

/** @throws StreamingError `INVALID_OPTIONS`, with every fault and its path */
export function resolveHttpOptions(given: StreamingHttpOptions): ResolvedHttpOptions {
  const own = Object.entries(given).filter(([, value]) => value !== undefined);
  const options: ResolvedHttpOptions = { ...DEFAULTS, ...Object.fromEntries(own) };
  const { executions, rooms, heartbeatMs } = options;
  const issues = [
    ...own
      .filter(([name]) => name !== 'gateway' && !Object.hasOwn(DEFAULTS, name))
      .map(([path]) => ({ path, message: 'is not an option of StreamingHttpModule' })),
    ...Object.entries({ executions, rooms })
      .filter(([, route]) => route !== false && !/:id\b/.test(route))
      .map(([path]) => ({ path, message: 'must be a route with :id in it, or false' })),
    ...(Number.isInteger(heartbeatMs) && heartbeatMs > 0 && heartbeatMs <= MAX_MS
      ? []
      : [{ path: 'heartbeatMs', message: `must be from 1 to ${MAX_MS} milliseconds` }]),
  ];
  if (issues.length === 0) return Object.freeze(options);
  const faults = issues.map(({ path, message }) => `${path} ${message}`).join('; ');
  throw new StreamingError('INVALID_OPTIONS', `StreamingHttpModule: ${faults}.`, { issues });
}
