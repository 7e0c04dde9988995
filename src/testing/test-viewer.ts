import { io } from 'socket.io-client';
import {
  createStreamingClient,
  type ClientSocket,
  type ExecutionSubscriptionOptions,
  type StreamingClient,
} from '../client/index.js';
import type { AuthenticationPayload } from '../protocol/client-events.js';
import { Watched } from './watched.js';

/**
 * How a viewer connects.
 *
 * @publicApi
 */
export interface TestViewerOptions {
  /** What it presents to the server. @default nothing */
  readonly auth?: AuthenticationPayload;
  /** The namespace of the gateway. @default '/streaming' */
  readonly namespace?: string;
  /** How it connects. @default 'websocket' */
  readonly transport?: 'websocket' | 'polling';
}

/** Soon, since a test waits for it. */
const RECONNECT_MS = 10;

/**
 * A client that does what a test tells it, and keeps what it got.
 *
 * @publicApi
 */
export class TestViewer {
  /** The browser client itself, for what is not here. */
  readonly client: StreamingClient;
  readonly #socket: ClientSocket;

  /** @internal */
  constructor(
    url: string,
    { auth = {}, namespace = '/streaming', transport = 'websocket' }: TestViewerOptions = {},
  ) {
    this.#socket = io(url + namespace, {
      auth: { ...auth },
      autoConnect: false,
      forceNew: true,
      reconnection: false,
      transports: [transport],
    });
    this.client = createStreamingClient({
      socket: this.#socket,
      reconnection: { minDelayMs: RECONNECT_MS, maxDelayMs: RECONNECT_MS },
    });
  }

  /** Follows an execution, waiting for it if it does not exist yet. */
  watch(executionId: string, options: ExecutionSubscriptionOptions = {}): Watched {
    return new Watched(this.client.execution(executionId, { waitForMs: 10_000, ...options }));
  }

  /** Follows a room. */
  watchRoom(roomId: string): Watched {
    return new Watched(this.client.room(roomId));
  }

  /** Ends the connection as a failing network does. The viewer connects again by itself. */
  cut(): void {
    this.#socket.io.engine.close();
  }

  /** Leaves for good. */
  close(): void {
    this.client.close();
  }
}
