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
 * Options of a viewer: how it connects.
 *
 * @publicApi
 */
export interface TestViewerOptions {
  /** The credential, such as `{ token }`. @default no credential */
  readonly auth?: AuthenticationPayload;
  /** The namespace of the gateway. @default '/streaming' */
  readonly namespace?: string;
  /** The transport. @default 'websocket' */
  readonly transport?: 'websocket' | 'polling';
}

/** A short time, because a test waits for it. */
const RECONNECT_MS = 10;

/**
 * A client for tests. The test decides what it follows and when its connection fails. It keeps every update.
 *
 * @publicApi
 */
export class TestViewer {
  /** The browser client, for everything that the viewer has no method for. */
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

  /** Follows an execution. If the execution does not exist yet, the viewer waits for it. */
  watch(executionId: string, options: ExecutionSubscriptionOptions = {}): Watched {
    return new Watched(this.client.execution(executionId, { waitForMs: 10_000, ...options }));
  }

  /** Follows a room. */
  watchRoom(roomId: string): Watched {
    return new Watched(this.client.room(roomId));
  }

  /** Breaks the connection, as a failing network does. The viewer then reconnects by itself. */
  cut(): void {
    this.#socket.io.engine.close();
  }

  /** Closes the connection. The viewer does not reconnect. */
  close(): void {
    this.client.close();
  }
}
