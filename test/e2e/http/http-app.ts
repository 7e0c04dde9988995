import { type Type } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  CustomStrategy,
  StreamingError,
  StreamingHttpModule,
  StreamingModule,
  type Principal,
  type WebSocketGatewayOptions,
} from '../../../src/index.js';
import { MemoryStreamLog } from '../../../src/entries/log.js';
import { type StreamingHttpOptions } from '../../../src/entries/gateway.js';
import { openEventStream, type EventStreamClient } from '../../support/event-stream-client.js';
import { startAppOf, type StreamingApp } from '../../support/streaming-app.js';

const principalOf = (token: string): Principal => {
  const [id = '', tenant] = token.split('@');
  return { id, scopes: [], claims: {}, ...(tenant === undefined ? {} : { tenant }) };
};

/** An application with event streams. */
export interface HttpApp extends StreamingApp {
  /** Opens a stream of a principal. */
  open(path: string, token?: string, headers?: Record<string, string>): Promise<EventStreamClient>;
}

/** How it is made. */
export interface HttpSetup {
  readonly gateway?: WebSocketGatewayOptions;
  readonly http?: StreamingHttpOptions;
  readonly providers?: Type[];
  readonly platform?: 'express' | 'fastify';
  readonly log?: MemoryStreamLog;
}

/** Starts an application with event streams, whose clients are who their token says: `id`, or `id@tenant`. */
export async function startHttpApp({
  gateway = {},
  http = {},
  providers = [],
  platform = 'express',
  log,
}: HttpSetup = {}): Promise<HttpApp> {
  const strategies = [
    new CustomStrategy(({ token }) => {
      if (token === 'guess') throw new StreamingError('AUTHENTICATION_FAILED', 'no');
      return token === undefined ? undefined : principalOf(token);
    }),
  ];
  const running = await startAppOf(
    {
      imports: [
        StreamingModule.forRoot({
          gateway: { authentication: { strategies }, ...gateway },
          executions: { drainMs: 0 },
          ...(log && { log: { store: log } }),
        }),
        StreamingHttpModule.forRoot(http),
      ],
      providers,
    },
    {
      ...(platform === 'fastify' && { httpAdapter: new FastifyAdapter() }),
      configure: (app) => app.enableCors({ origin: 'https://app.example' }),
    },
  );
  return {
    ...running,
    open: (path, token = 'ada', headers = {}) =>
      openEventStream(`${running.url}${path}`, {
        ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      }),
  };
}
