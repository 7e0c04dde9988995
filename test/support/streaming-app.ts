import type { AddressInfo } from 'node:net';
import { afterEach } from '@jest/globals';
import type { INestApplication, ModuleMetadata } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { ExecutionRegistry } from '../../src/executions/execution-registry.js';
import { Test } from '@nestjs/testing';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import {
  StreamingModule,
  StreamingService,
  type StreamingGatewayEvents,
  type StreamingModuleOptions,
} from '../../src/index.js';

/** A client as an application would write it with nothing but socket.io-client. */
export type PlainClient = Socket<
  StreamingGatewayEvents['serverToClient'],
  StreamingGatewayEvents['clientToServer']
>;

/** A running application with a gateway, for tests over real sockets. */
export interface StreamingApp {
  readonly app: INestApplication;
  readonly streaming: StreamingService;
  /** The address of the application's server. */
  readonly url: string;
  /** A client that is closed after the test. */
  connect(
    options?: Partial<ManagerOptions & SocketOptions> & {
      readonly url?: string;
      readonly namespace?: string;
    },
  ): PlainClient;
}

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** Runs `cleanup` after the test, before what was registered earlier. */
export function onTestEnd(cleanup: () => unknown): void {
  cleanups.push(cleanup);
}

/** Starts an application on a free port; it is closed after the test. */
export async function startApp(
  options: StreamingModuleOptions = { gateway: {} },
  metadata: ModuleMetadata = {},
): Promise<StreamingApp> {
  return startAppOf({
    ...metadata,
    imports: [StreamingModule.forRoot(options), ...(metadata.imports ?? [])],
  });
}

/** How an application is made. */
export interface AppSettings {
  /** Absent: that of Express. */
  readonly httpAdapter?: AbstractHttpAdapter;
  /** What `main.ts` does with the application before it listens. */
  readonly configure?: (app: INestApplication) => unknown;
}

/** Starts an application that imports the module as the test wants. */
export async function startAppOf(
  metadata: ModuleMetadata,
  { httpAdapter, configure }: AppSettings = {},
): Promise<StreamingApp> {
  const module = await Test.createTestingModule(metadata).compile();
  const options = { logger: false } as const;
  const app: INestApplication = httpAdapter
    ? module.createNestApplication(httpAdapter, options)
    : module.createNestApplication(options);
  await configure?.(app);
  onTestEnd(async () => {
    // What a test leaves running need not be waited for.
    const running = app.get(ExecutionRegistry, { strict: false }).active();
    await Promise.all(running.map((execution) => execution.cancel()));
    await app.close();
  });
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    app,
    streaming: app.get(StreamingService),
    url,
    connect: ({ url: base = url, namespace = '/streaming', ...socketOptions } = {}) => {
      const client: PlainClient = io(`${base}${namespace}`, {
        transports: ['websocket'],
        forceNew: true,
        ...socketOptions,
      });
      onTestEnd(() => client.disconnect());
      return client;
    },
  };
}
