import { channelKey, executionChannel, roomChannel, type Channel } from '../protocol/channel.js';
import type { ClientEventName } from '../protocol/client-events.js';
import type {
  AcknowledgmentRequestMessage,
  ErrorMessage,
  StreamResetMessage,
} from '../protocol/server-events.js';
import type { StreamUpdate } from '../protocol/stream-update.js';
import { Backoff, type ReconnectionOptions } from './backoff.js';
import type { ChannelFollower, FollowerTransport } from './channel-follower.js';
import {
  sendRequest,
  type AnswerOf,
  type ClientSocket,
  type PayloadOf,
  type RequestResult,
} from './client-socket.js';
import { isErrorBody, StreamingClientError } from './streaming-client.error.js';

/**
 * Whether the client is connected. It goes `connecting`, `connected`, and `reconnecting` whenever
 * the connection is lost; `closed` is final.
 *
 * @publicApi
 */
export type ConnectionState = 'connecting' | 'connected' | 'reconnecting' | 'closed';

/**
 * A change of the connection's state.
 *
 * @publicApi
 */
export interface ConnectionChange {
  readonly state: ConnectionState;
  /** Why, where there is an error to tell. */
  readonly error?: StreamingClientError;
}

/** What a connection reports and needs to know. */
export interface ConnectionHandler {
  onChange(change: ConnectionChange): void;
  /** The server reported an error that answers no request. */
  onError(error: StreamingClientError): void;
  /** The credential expires soon. */
  onExpiring(): void;
  /** Nobody follows a channel over this connection any more. */
  onIdle(): void;
  /** Whether a new connection would present a fresh credential. */
  canRefreshCredential(): boolean;
}

/** How a connection behaves. */
export interface ConnectionOptions {
  readonly reconnection: Required<ReconnectionOptions>;
  readonly requestTimeoutMs: number;
}

/** One socket: keeps it connected, and brings what arrives to the followers of the channels. */
export class Connection implements FollowerTransport {
  readonly reconnection: Required<ReconnectionOptions>;
  #state: ConnectionState = 'connecting';
  /** The last error the server reported before it closes the connection. */
  #notice: StreamingClientError | undefined;
  /** Why the connection was closed. */
  #closedBy: StreamingClientError | undefined;
  readonly #followers = new Map<string, ChannelFollower>();
  readonly #waiting = new Set<() => void>();
  readonly #retries: Backoff;

  constructor(
    private readonly socket: ClientSocket,
    private readonly options: ConnectionOptions,
    private readonly handler: ConnectionHandler,
  ) {
    this.reconnection = options.reconnection;
    this.#retries = new Backoff(options.reconnection);
    this.#listen();
    if (socket.connected) this.#onConnect();
    else socket.connect();
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get connected(): boolean {
    return this.socket.connected;
  }

  follows(channel: Channel): boolean {
    return this.#followers.has(channelKey(channel));
  }

  add(follower: ChannelFollower): void {
    this.#followers.set(follower.key, follower);
  }

  remove(follower: ChannelFollower): void {
    this.#followers.delete(follower.key);
    if (this.#followers.size === 0) this.handler.onIdle();
  }

  /** Sends an event over the open connection. */
  send<TName extends ClientEventName>(
    event: TName,
    payload: PayloadOf<TName>,
    onResult: (result: RequestResult<AnswerOf<TName>>) => void,
  ): void {
    sendRequest(this.socket, event, payload, this.options.requestTimeoutMs, onResult);
  }

  /** Sends an event as soon as there is a connection. @throws StreamingClientError when it fails */
  async request<TName extends ClientEventName>(
    event: TName,
    payload: PayloadOf<TName>,
  ): Promise<AnswerOf<TName>> {
    await this.#whenConnected(event);
    return new Promise((resolve, reject) => {
      this.send(event, payload, (result) =>
        result.ok ? resolve(result.answer) : reject(result.error),
      );
    });
  }

  /** Ends the connection for good; those who follow a channel over it are told why. */
  close(error: StreamingClientError): void {
    if (this.#state === 'closed') return;
    this.#closedBy = error;
    this.#retries.cancel();
    this.#change('closed', error);
    this.#unlisten();
    this.socket.disconnect();
    for (const proceed of this.#waiting) proceed();
    for (const follower of this.#followers.values()) follower.fail(error);
  }

  /** The connection could not be made, or was lost: tries again later, unless that is pointless. */
  retry(error?: StreamingClientError): void {
    if (this.#state === 'closed') return;
    if (error?.retryable === false) return this.close(error);
    this.#change(this.#state === 'connecting' ? 'connecting' : 'reconnecting', error);
    // The manager of a socket that somebody else made may do it by itself.
    if (this.socket.active && this.socket.io.reconnection()) return;
    const scheduled = this.#retries.schedule(
      () => this.socket.connect(),
      error?.body?.retryAfterMs,
    );
    if (!scheduled)
      this.close(
        error ??
          new StreamingClientError(
            'CONNECTION_FAILED',
            'The server could not be reached again. Create a new client to try anew.',
          ),
      );
  }

  readonly #onConnect = (): void => {
    this.#retries.reset();
    this.#notice = undefined;
    this.#change('connected');
    for (const proceed of this.#waiting) proceed();
    for (const follower of this.#followers.values()) follower.attach();
  };

  readonly #onConnectError = (error: Error & { data?: unknown }): void => {
    if (isErrorBody(error.data)) this.retry(StreamingClientError.fromBody(error.data));
    // A socket that is not active any more was refused, not just out of reach.
    else if (this.socket.active)
      this.retry(
        new StreamingClientError(
          'CONNECTION_FAILED',
          `The server could not be reached: ${error.message}.`,
          { cause: error },
        ),
      );
    else
      this.close(
        new StreamingClientError(
          'CONNECTION_REFUSED',
          `The server refused the connection: ${error.message}. Check the namespace and the credential.`,
          { cause: error },
        ),
      );
  };

  readonly #onDisconnect = (reason: string): void => {
    for (const follower of this.#followers.values()) follower.detach();
    const notice = reason === 'io server disconnect' ? this.#notice : undefined;
    if (notice && !notice.retryable && !this.#canRecoverFrom(notice)) this.close(notice);
    else this.retry(notice?.retryable ? notice : undefined);
  };

  readonly #onUpdate = ({ data }: { readonly data: { readonly update: StreamUpdate } }): void => {
    const { roomId, executionId } = data.update.metadata ?? {};
    this.#followerOf(roomId, executionId)?.receive(data.update);
  };

  readonly #onReset = ({ roomId, executionId, cursor, recovered }: StreamResetMessage): void => {
    this.#followerOf(roomId, executionId)?.reset({ cursor, recovered });
  };

  readonly #onAcknowledgmentRequest = (
    { roomId, executionId }: AcknowledgmentRequestMessage,
    acknowledge: () => void,
  ): void => {
    // It comes after the updates that it is about, and those were handled when they came.
    if (this.#followerOf(roomId, executionId)) acknowledge();
  };

  readonly #onError = (message: ErrorMessage): void => {
    // With an `event` it answers a message that was sent without an acknowledgement: not by us.
    if (message.event !== undefined || !isErrorBody(message)) return;
    const { roomId, executionId } = message;
    const error = StreamingClientError.fromBody(message);
    if (roomId !== undefined || executionId !== undefined) {
      this.#followerOf(roomId, executionId)?.lose(error);
      return;
    }
    this.#notice = error;
    this.handler.onError(error);
  };

  readonly #onExpiring = (): void => this.handler.onExpiring();

  #listen(): void {
    this.socket
      .on('connect', this.#onConnect)
      .on('connect_error', this.#onConnectError)
      .on('disconnect', this.#onDisconnect)
      .on('stream_update', this.#onUpdate)
      .on('stream_reset', this.#onReset)
      .on('acknowledgment_request', this.#onAcknowledgmentRequest)
      .on('error', this.#onError)
      .on('authentication_expiring', this.#onExpiring);
  }

  #unlisten(): void {
    this.socket
      .off('connect', this.#onConnect)
      .off('connect_error', this.#onConnectError)
      .off('disconnect', this.#onDisconnect)
      .off('stream_update', this.#onUpdate)
      .off('stream_reset', this.#onReset)
      .off('acknowledgment_request', this.#onAcknowledgmentRequest)
      .off('error', this.#onError)
      .off('authentication_expiring', this.#onExpiring);
  }

  #followerOf(
    roomId: string | undefined,
    executionId: string | undefined,
  ): ChannelFollower | undefined {
    if (roomId !== undefined) return this.#followers.get(channelKey(roomChannel(roomId)));
    return executionId === undefined
      ? undefined
      : this.#followers.get(channelKey(executionChannel(executionId)));
  }

  /** An expired credential does not end it for a client that can fetch another. */
  #canRecoverFrom(error: StreamingClientError): boolean {
    return error.code === 'AUTHENTICATION_EXPIRED' && this.handler.canRefreshCredential();
  }

  #whenConnected(event: string): Promise<void> {
    if (this.socket.connected && !this.#closedBy) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const settle = (error?: StreamingClientError): void => {
        clearTimeout(timer);
        this.#waiting.delete(proceed);
        if (error) reject(error);
        else resolve();
      };
      const proceed = (): void => settle(this.#closedBy);
      const timer = setTimeout(
        () =>
          settle(
            new StreamingClientError(
              'REQUEST_TIMEOUT',
              `"${event}" was not sent: there is no connection. Try again.`,
            ),
          ),
        this.options.requestTimeoutMs,
      );
      this.#waiting.add(proceed);
      if (this.#closedBy) proceed();
    });
  }

  #change(state: ConnectionState, error?: StreamingClientError): void {
    if (this.#state === state && !error) return;
    this.#state = state;
    this.handler.onChange(error ? { state, error } : { state });
  }
}
