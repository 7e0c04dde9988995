import type { ListThreadsPayload, ThreadListAnswer } from '../protocol/thread-messages.js';
import { listenToEvent, requestEvent } from './application-events.js';
import { ChannelClient } from './channel-client.js';
import { requireFitting } from './payload-size.js';
import type { StreamingClientOptions } from './streaming-client-options.js';
import type { ThreadOptions } from './conversation/thread-options.js';
import { Thread } from './conversation/thread.js';

/**
 * A connection to a streaming gateway: follows any number of threads, executions and rooms, reconnects by
 * itself, and goes on where each stopped. Made by {@link createStreamingClient}.
 *
 * @publicApi
 */
export class StreamingClient extends ChannelClient {
  /** @internal */
  constructor(options: StreamingClientOptions) {
    super(options, (event, payload, maxPayloadBytes) =>
      requireFitting(event, payload, options.namespace, maxPayloadBytes),
    );
  }

  /**
   * A conversation with an agent. It is followed from the first listener or `follow()` on.
   *
   * Threads of one id share the connection and the position in the log; each asks the server once for the
   * conversation so far, so share a thread where you can.
   *
   * @param id - undefined for a new thread, which gets a random id
   */
  thread(id: string | undefined, options: ThreadOptions): Thread {
    return new Thread(id, options, {
      reconnection: this.main.reconnection,
      send: (event, payload) => this.main.request(event, payload),
      follow: (channel, followed) => this.follow(channel, followed),
    });
  }

  /**
   * Sends an event of the application, for a handler that the gateway's class has for it
   * (`@SubscribeMessage`), over the same connection and with the same credential.
   *
   * @param payload - a JSON value
   * @returns what the handler returned
   * @throws StreamingClientError with the code of what the handler threw, `PAYLOAD_TOO_LARGE`,
   * `CONNECTION_LOST` or `REQUEST_TIMEOUT`
   */
  request<TAnswer = unknown>(event: string, payload?: unknown): Promise<TAnswer> {
    return requestEvent<TAnswer>(this.main, event, payload);
  }

  /**
   * Listens to an event that the application sends. What the listener returns is the acknowledgement,
   * if the server asks for one.
   *
   * @returns a function that removes the listener
   */
  // A listener says what it takes, or the caller does; `unknown` would fit no such listener.
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters
  onEvent<TPayload = unknown>(event: string, listener: (payload: TPayload) => unknown): () => void {
    return listenToEvent(this.main, event, listener);
  }

  /**
   * The threads of the client's own identity, the one that changed last first.
   *
   * @throws StreamingClientError with the server's code, `CONNECTION_LOST` or `REQUEST_TIMEOUT`
   */
  listThreads(options: ListThreadsPayload = {}): Promise<ThreadListAnswer> {
    return this.main.request('list_threads', options);
  }
}

/**
 * Makes a client and connects it.
 *
 * ```ts
 * const client = createStreamingClient({ url: 'https://example.com', auth: { token } });
 * const thread = client.thread(threadId, { agent: 'support' });
 * thread.on('change', () => show(thread.messages));
 * ```
 *
 * @throws StreamingClientError `INVALID_OPTIONS`
 * @publicApi
 */
export function createStreamingClient(options: StreamingClientOptions = {}): StreamingClient {
  return new StreamingClient(options);
}
