import type { ListThreadsPayload, ThreadListAnswer } from '../protocol/thread-messages.js';
import { listenToEvent, requestEvent } from './application-events.js';
import { ChannelClient } from './channel-client.js';
import { requireFitting } from './payload-size.js';
import type { StreamingClientOptions } from './streaming-client-options.js';
import type { ThreadOptions } from './conversation/thread-options.js';
import { Thread } from './conversation/thread.js';
import { requireClientOptions } from './require-client-options.js';

/**
 * A client of a streaming gateway. It follows any number of threads, executions and rooms. After a connection
 * is lost, it reconnects and continues where each subscription stopped. {@link createStreamingClient} makes
 * it.
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
   * Returns a thread: a conversation with an agent. The client follows it when you add a listener or call `follow()`.
   *
   * Several `Thread` objects with one id share the connection and the position in the log. But each asks the server
   * once for the conversation so far, so share one object if you can.
   *
   * @param id - the id of the thread. For undefined, a new thread with a random id is made.
   */
  thread(id: string | undefined, options: ThreadOptions): Thread {
    return new Thread(id, options, {
      reconnection: this.main.reconnection,
      send: (event, payload) => this.main.request(event, payload),
      follow: (channel, followed) => this.follow(channel, followed),
    });
  }

  /**
   * Sends an event of the application to its `@SubscribeMessage` handler in the gateway class. It uses the same
   * connection and the same credential.
   *
   * @param payload - a JSON value. What `JSON.stringify` leaves out, such as a function, is left out
   * @returns the value that the handler returned
   * @throws StreamingClientError with the code of the error that the handler threw; `INVALID_PAYLOAD` if JSON cannot
   * express the payload, such as a cycle or a BigInt; `PAYLOAD_TOO_LARGE`, `CONNECTION_LOST` or `REQUEST_TIMEOUT`
   */
  request<TAnswer = unknown>(event: string, payload?: unknown): Promise<TAnswer> {
    return requestEvent<TAnswer>(this.main, event, payload);
  }

  /**
   * Listens to an event that the application sends. If the server asks for an acknowledgement, it gets the value that
   * the listener returns.
   *
   * @returns a function that removes the listener
   */
  // The listener or the caller names the type of the payload. A listener with its own type does not fit `unknown`.
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters
  onEvent<TPayload = unknown>(event: string, listener: (payload: TPayload) => unknown): () => void {
    return listenToEvent(this.main, event, listener);
  }

  /**
   * Lists the threads of the client's principal, the last changed first.
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
  requireClientOptions(options);
  return new StreamingClient(options);
}
