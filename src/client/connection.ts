import { channelKey, channelOf, type Channel, type ChannelName } from '../protocol/channel.js';
import type { ClientEventName } from '../protocol/client-events.js';
import type {
  AcknowledgmentRequestMessage,
  ConnectionLimits,
  ConnectionStatusMessage,
  ErrorMessage,
  StreamResetMessage,
} from '../protocol/server-events.js';
import type { StreamUpdate } from '../protocol/stream-update.js';
import { Backoff, type ReconnectionOptions } from './backoff.js';
import { ChannelFeed } from './channel-feed.js';
import {
  connectionLost,
  readAnswer,
  sendRequest,
  type AnswerOf,
  type ClientSocket,
  type PayloadOf,
  type RequestResult,
} from './client-socket.js';
import {
  CONNECTING,
  type ConnectionHandler,
  type ConnectionOptions,
  type ConnectionState,
} from './connection-options.js';
import type { FeedTransport } from './feed-transport.js';
import { Readiness } from './readiness.js';
import { reasonOf, type ConnectionReason } from './reasons.js';
import { isErrorBody, StreamingClientError } from './streaming-client.error.js';

/** Keeps one socket connected, and passes received updates to the feeds of the channels. */
export class Connection implements FeedTransport {
  readonly reconnection: Required<ReconnectionOptions>;
  readonly #socket: ClientSocket;
  readonly #options: ConnectionOptions;
  readonly #handler: ConnectionHandler;
  /** The state now, and why. */
  current = CONNECTING;
  /** The last error the server reported before it closes the connection. */
  #notice: StreamingClientError | undefined;
  /** Counts the attempts to connect, and grows when one is over. */
  #attempts = 0;
  #reached = false;
  #limits: ConnectionLimits | undefined;
  /** Requests wait until the server has sent its limits, in its first message. */
  readonly #readiness = new Readiness();
  readonly #feeds = new Map<string, ChannelFeed>();
  readonly #retries: Backoff;

  constructor(socket: ClientSocket, options: ConnectionOptions, handler: ConnectionHandler) {
    this.#socket = socket;
    this.#options = options;
    this.#handler = handler;
    this.reconnection = options.reconnection;
    this.#retries = new Backoff(options.reconnection);
    this.#listen((event, listener) => this.socket.on(event, listener));
    if (socket.connected) {
      // The first message of the server has come before.
      this.#readiness.set(true);
      this.#listeners.connect();
    } else this.#attempt();
  }

  get state(): ConnectionState {
    return this.current.state;
  }

  /** For events of the application. */
  get socket(): AnySocket {
    return this.#socket as AnySocket;
  }

  get connected(): boolean {
    return this.#socket.connected;
  }

  /** The feed of a channel over this connection. It is made for the first follower. */
  feedOf(channel: Channel): ChannelFeed {
    const key = channelKey(channel);
    const feed = this.#feeds.get(key) ?? new ChannelFeed(channel, this);
    this.#feeds.set(key, feed);
    return feed;
  }

  remove(feed: { readonly key: string }): void {
    this.#feeds.delete(feed.key);
    if (this.#feeds.size === 0) this.#handler.onIdle?.();
  }

  /**
   * Sends an event over the open connection.
   *
   * @param waitMs - additional time for the answer, in milliseconds
   */
  send<TName extends ClientEventName>(
    event: TName,
    payload: PayloadOf<TName>,
    onResult: (result: RequestResult<AnswerOf<TName>>) => void,
    waitMs = 0,
  ): void {
    const timeoutMs = this.#options.requestTimeoutMs + waitMs;
    sendRequest(this.#socket, event, payload, timeoutMs, readAnswer<AnswerOf<TName>>, onResult);
  }

  /** {@link ask} with an event of the protocol. */
  request<TName extends ClientEventName>(
    event: TName,
    payload: PayloadOf<TName>,
  ): Promise<AnswerOf<TName>> {
    return this.ask(event, payload, readAnswer<AnswerOf<TName>>);
  }

  /** Sends an event as soon as there is a connection. @throws StreamingClientError when it fails */
  async ask<TAnswer>(
    event: string,
    payload: unknown,
    read: (event: string, answer: unknown) => RequestResult<TAnswer>,
  ): Promise<TAnswer> {
    const { requestTimeoutMs } = this.#options;
    await this.#readiness.wait(
      requestTimeoutMs,
      () => new StreamingClientError('REQUEST_TIMEOUT', `"${event}" got no answer.`),
    );
    this.#handler.onRequest?.(event, payload, this.#limits?.maxPayloadBytes);
    return new Promise((resolve, reject) => {
      sendRequest(this.#socket, event, payload, requestTimeoutMs, read, (result) =>
        result.ok ? resolve(result.answer) : reject(result.error),
      );
    });
  }

  /** Ends the connection, and does not reconnect. Followers of its channels are told why. */
  close(error: StreamingClientError): void {
    if (this.state === 'closed') return;
    this.#retries.cancel();
    this.#change('closed', error);
    this.#listen((event, listener) => this.socket.off(event, listener));
    this.#socket.disconnect();
    this.#readiness.set(false, error);
    for (const feed of this.#feeds.values()) feed.fail(error);
  }

  /** The connection could not be made, or was lost. Tries again later, unless this cannot succeed. */
  retry(error: StreamingClientError, isRenewable = false): void {
    if (this.state === 'closed') return;
    if (!error.retryable && !isRenewable) return this.close(error);
    this.#change(this.state === 'connecting' ? 'connecting' : 'reconnecting', error);
    // The manager of the page's own socket may reconnect by itself.
    if (this.#socket.active && this.#socket.io.reconnection()) return;
    const scheduled = this.#retries.schedule(() => this.#attempt(), error.body?.retryAfterMs);
    if (!scheduled) this.close(error);
  }

  #attempt(): void {
    const socket = this.#socket;
    const options = this.#options;
    options.transports?.prepare(socket.io);
    socket.connect();
    if (!options.transports) return;
    this.#reached = false;
    const attempt = ++this.#attempts;
    const { engine } = socket.io;
    engine.once('open', () => (this.#attempts += 1));
    // If a transport closes before it has opened, Socket.IO continues to wait.
    engine.once('close', (reason) => {
      if (attempt !== this.#attempts) return;
      socket.disconnect();
      this.#fail(reason);
    });
  }

  /** The attempt made no connection. Tries the next transport; after the last transport, waits. */
  #fail(why: string, cause?: Error): void {
    // Closing also ends an attempt.
    if (this.state === 'closed') return;
    this.#attempts += 1;
    if (this.#options.transports?.failed()) this.#retries.soon(() => this.#attempt());
    else {
      const message = `Not reached: ${why}.`;
      this.retry(new StreamingClientError('CONNECTION_FAILED', message, { cause }));
    }
  }

  readonly #listeners = {
    connect: (): void => {
      const { transports } = this.#options;
      if (transports) {
        const { engine } = this.#socket.io;
        transports.worked(engine.transport.name);
        engine.once('upgrade', ({ name }) => transports.worked(name));
      }
      this.#reached = true;
      this.#retries.reset();
      this.#notice = undefined;
      this.#change('connected');
      for (const feed of this.#feeds.values()) feed.subscribe();
    },

    connect_error: (error: Error & { data?: unknown }): void => {
      if (isErrorBody(error.data)) this.retry(StreamingClientError.fromBody(error.data));
      // If the socket is not active any more, the server has refused it. Otherwise the server could not be
      // reached.
      else if (this.#socket.active) this.#fail(error.message, error);
      else
        this.close(
          new StreamingClientError('CONNECTION_REFUSED', `Refused: ${error.message}.`, {
            cause: error,
          }),
        );
    },

    disconnect: (reason: string): void => {
      this.#readiness.set(false);
      const lost = connectionLost('No updates');
      for (const feed of this.#feeds.values()) feed.detach(lost);
      if (this.#options.transports && !this.#reached) return this.#fail(reason);
      const notice = reason === 'io server disconnect' ? this.#notice : undefined;
      // After an expired credential, a client that can fetch a new credential continues.
      const isRenewable =
        notice?.code === 'AUTHENTICATION_EXPIRED' && this.#handler.isRefreshable();
      this.retry(notice ?? lost, isRenewable);
    },

    connection_status: ({ status, limits }: ConnectionStatusMessage): void => {
      this.#limits = limits ?? this.#limits;
      this.#readiness.set(true);
      if (status === 'connected' || status === 'degraded') this.#change(status);
    },

    stream_update: ({ data }: { readonly data: { readonly update: StreamUpdate } }): void =>
      this.#named(data.update.metadata)?.receive(data.update),

    stream_reset: (message: StreamResetMessage): void => this.#named(message)?.reset(message),

    acknowledgment_request: (
      message: AcknowledgmentRequestMessage,
      acknowledge: () => void,
    ): void => {
      // The request comes after its updates, and they were handled when they came.
      if (this.#named(message)) acknowledge();
    },

    error: (message: ErrorMessage): void => {
      // With `event`, the error answers a message without an acknowledgement, which this client never sends.
      if (message.event !== undefined || !isErrorBody(message)) return;
      const error = StreamingClientError.fromBody(message);
      if (channelOf(message)) this.#named(message)?.lose(error);
      else {
        this.#notice = error;
        this.#handler.onError(error);
      }
    },

    authentication_expiring: (): void => this.#handler.onExpiring(),
  };

  #listen(add: (event: string, listener: AnyListener) => void): void {
    for (const [event, listener] of Object.entries(this.#listeners))
      add(event, listener as AnyListener);
  }

  #named(name: ChannelName = {}): ChannelFeed | undefined {
    const channel = channelOf(name);
    return channel && this.#feeds.get(channelKey(channel));
  }

  #change(state: ConnectionState, error?: StreamingClientError): void {
    if (this.state === state && !error) return;
    const told = error && (reasonOf(error) as ConnectionReason);
    const reason = state === 'degraded' ? 'LOG_UNAVAILABLE' : told;
    this.current = { state, reason, error };
    this.#handler.onChange(this.current);
  }
}

type AnyListener = (...args: unknown[]) => void;

interface AnySocket {
  on(event: string, listener: AnyListener): unknown;
  off(event: string, listener: AnyListener): unknown;
}
