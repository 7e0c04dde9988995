import type { ListThreadsPayload, ThreadListAnswer } from '../protocol/thread-messages.js';
import { ChannelClient } from './channel-client.js';
import type { StreamingClientOptions } from './streaming-client-options.js';
import type { ThreadOptions } from './conversation/thread-options.js';
import { Thread } from './conversation/thread.js';
import { requireClientOptions } from './require-client-options.js';

/**
 * A connection to a streaming gateway: follows any number of threads, executions and rooms, reconnects by
 * itself, and goes on where each stopped. Made by {@link createStreamingClient}.
 *
 * @publicApi
 */
export class StreamingClient extends ChannelClient {
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
  requireClientOptions(options);
  return new StreamingClient(options);
}
