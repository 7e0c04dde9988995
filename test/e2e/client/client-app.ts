import type { ModuleMetadata } from '@nestjs/common';
import {
  createStreamingClient,
  type StreamingClient,
  type StreamingClientOptions,
} from '../../../src/client/index.js';
import { onTestEnd, startApp, type StreamingApp } from '../../support/streaming-app.js';
import type { ExecutionContext } from '../../../src/executions/execution-source.js';
import type { StreamingModuleOptions } from '../../../src/options/streaming-module-options.js';
import { CuttableProxy } from './cuttable-proxy.js';

/** An application with a gateway, and clients of this package that reach it over a network. */
export interface ClientApp extends StreamingApp {
  readonly network: CuttableProxy;
  /** A client that is closed after the test. */
  readonly client: (options?: StreamingClientOptions) => StreamingClient;
}

/** Starts an application whose tokens are not joined by time, so that sequences are predictable. */
export async function startClientApp(
  options: StreamingModuleOptions = {},
  metadata: ModuleMetadata = {},
): Promise<ClientApp> {
  const app = await startApp({ gateway: {}, tokens: { flushIntervalMs: 0 }, ...options }, metadata);
  const network = await CuttableProxy.start(app.url);
  onTestEnd(() => network.close());
  return {
    ...app,
    network,
    client: (clientOptions = {}) => {
      const client = createStreamingClient({
        url: network.url,
        reconnection: { minDelayMs: 1, maxDelayMs: 10 },
        ...clientOptions,
      });
      onTestEnd(() => client.close());
      return client;
    },
  };
}

/** A source that a test drives: it runs until the test lets it end. */
export class DrivenSource {
  #context!: ExecutionContext;
  #end!: (result?: unknown) => void;
  readonly #ended = new Promise<unknown>((resolve) => (this.#end = resolve));
  readonly #started: Promise<void>;
  #start!: () => void;

  constructor() {
    this.#started = new Promise((resolve) => (this.#start = resolve));
  }

  readonly run = (context: ExecutionContext): Promise<unknown> => {
    this.#context = context;
    this.#start();
    return this.#ended;
  };

  /** What the running source can do. */
  async context(): Promise<ExecutionContext> {
    await this.#started;
    return this.#context;
  }

  /** Lets the execution complete. */
  end(result?: unknown): void {
    this.#end(result);
  }
}
