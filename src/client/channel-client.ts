import { executionChannel, roomChannel, type Channel } from '../protocol/channel.js';
import type {
  AuthenticationAnswer,
  AuthenticationPayload,
  StatusAnswer,
} from '../protocol/client-events.js';
import { DEFAULT_RECONNECTION } from './backoff.js';
import { Connection } from './connection.js';
import type { ConnectionChange, ConnectionHandler } from './connection-options.js';
import { Credential } from './credential.js';
import { Emitter } from './emitter.js';
import type { ClientSocket } from './client-socket.js';
import { Follower, type FollowerHandler } from './follower.js';
import { openSocket } from './open-socket.js';
import type { ResolvedClientOptions, StreamingClientOptions } from './streaming-client-options.js';
import { closedError, StreamingClientError } from './streaming-client.error.js';
import type { ExecutionSubscriptionOptions, SubscriptionOptions } from './subscription-options.js';
import { ExecutionSubscription } from './execution-subscription.js';
import { Subscription } from './subscription.js';
import { Transports } from './transports.js';

/**
 * The events of a client, with what their listeners get.
 *
 * @publicApi
 */
export interface StreamingClientEvents {
  /** The state of the connection has changed. */
  connection: ConnectionChange;
  /** An error that answers no request: of the server, or of the `auth` function. */
  error: StreamingClientError;
}

/**
 * A client without threads. It follows any number of executions and rooms. After a connection is lost, it
 * reconnects and continues where each subscription stopped. {@link createChannelClient} makes it. For a
 * client with threads, call `createStreamingClient`.
 *
 * @publicApi
 */
export class ChannelClient {
  readonly #options: ResolvedClientOptions;
  readonly #ownSocket: ClientSocket | undefined;
  readonly #credential: Credential;
  readonly #onRequest: ConnectionHandler['onRequest'];
  readonly #events = new Emitter<StreamingClientEvents>();
  /** The connection that the client always has. @internal */
  protected readonly main: Connection;
  /** Further connections, for channels that are followed a second time from an earlier position. */
  readonly #extra = new Set<Connection>();

  /** @internal */
  constructor(options: StreamingClientOptions, onRequest?: ConnectionHandler['onRequest']) {
    this.#options = resolveOptions(options);
    this.#onRequest = onRequest;
    this.#ownSocket = options.socket;
    this.#credential = new Credential(options.auth);
    this.main = this.#connect({
      onChange: (change) => this.#events.emit('connection', change),
    });
  }

  /** Whether the client is connected now, and why not. */
  get connection(): ConnectionChange {
    return this.main.current;
  }

  /** Adds a listener. @returns a function that removes it */
  on<TName extends keyof StreamingClientEvents>(
    event: TName,
    listener: (value: StreamingClientEvents[TName]) => void,
  ): () => void {
    return this.#events.on(event, listener);
  }

  /**
   * Follows an execution: from its start, or from `cursor` or `snapshot` if you pass one of them.
   *
   * Several subscriptions to one execution share a connection and a position in its log. But each later
   * subscription reads the log once more. So share one subscription if you can: it can have any number of listeners
   * and loops. If a subscription begins before the position of the existing subscriptions, the client opens a second
   * connection for it. If you brought your own `socket`, the client cannot open a second connection, and this
   * subscription fails with `ALREADY_FOLLOWED`.
   *
   * @throws StreamingClientError `CLIENT_CLOSED`
   */
  execution(
    executionId: string,
    options: ExecutionSubscriptionOptions = {},
  ): ExecutionSubscription {
    const channel = executionChannel(executionId);
    const follow = this.follow(channel, options);
    return new ExecutionSubscription(channel, options, follow, this);
  }

  /**
   * Joins a room and follows it, as {@link execution} does. A room does not end, so `done` rejects when the
   * subscription is closed or fails.
   *
   * @throws StreamingClientError `CLIENT_CLOSED`
   */
  room(roomId: string, options: SubscriptionOptions = {}): Subscription {
    const channel = roomChannel(roomId);
    return new Subscription(channel, options, this.follow(channel, options));
  }

  /**
   * Cancels an execution for everybody. To stop only your own following, close the subscription.
   *
   * @param reason - why; the other viewers get it
   * @throws StreamingClientError with the server's code, `CONNECTION_LOST` or `REQUEST_TIMEOUT`
   */
  async cancel(executionId: string, reason?: string): Promise<void> {
    await this.main.request('cancel_execution', { executionId, reason });
  }

  /**
   * Answers a question that an interrupted execution asks.
   *
   * @param interruptId - the id of the question; required if several questions are open
   * @throws StreamingClientError with the server's code, `CONNECTION_LOST` or `REQUEST_TIMEOUT`
   */
  async respond(executionId: string, value: unknown, interruptId?: string): Promise<void> {
    await this.main.request('respond_interrupt', { executionId, value, interruptId });
  }

  /**
   * Asks the server for the state of this connection and, if you pass its id, of an execution.
   *
   * @throws StreamingClientError with the server's code, `CONNECTION_LOST` or `REQUEST_TIMEOUT`
   */
  status(executionId?: string): Promise<StatusAnswer> {
    return this.main.request('get_status', { executionId });
  }

  /**
   * Renews the credential of the connection. Later connections present the new credential too. If `auth` is a
   * function, the client does this by itself.
   *
   * @throws StreamingClientError with the server's code, `CONNECTION_LOST` or `REQUEST_TIMEOUT`
   */
  async authenticate(credential: AuthenticationPayload): Promise<AuthenticationAnswer> {
    const answers = this.#connections.map((one) => one.request('authentication', credential));
    const [answer] = await Promise.all(answers);
    this.#credential.replace(credential);
    return answer as AuthenticationAnswer;
  }

  /** Disconnects, and does not reconnect. Loops end. Executions continue on the server. */
  close(): void {
    const error = closedError();
    for (const connection of this.#connections) connection.close(error);
  }

  get #connections(): Connection[] {
    return [this.main, ...this.#extra];
  }

  /** Follows a channel. @throws StreamingClientError `CLIENT_CLOSED` @internal */
  protected follow(
    channel: Channel,
    options: ExecutionSubscriptionOptions,
  ): (handler: FollowerHandler) => Follower {
    if (this.main.state === 'closed') throw closedError();
    return (handler) => new Follower(options, handler, (follower) => this.#join(channel, follower));
  }

  /** @returns a function that leaves the channel; undefined if joining failed */
  #join(channel: Channel, follower: Follower): (() => void) | undefined {
    if (this.main.state === 'closed') {
      follower.handler.fail(closedError());
      return undefined;
    }
    const connection = this.#connections.find((one) => one.feedOf(channel).canServe(follower));
    if (!connection && this.#ownSocket) {
      const message = `Your socket follows "${channel.id}" already.`;
      follower.handler.fail(new StreamingClientError('ALREADY_FOLLOWED', message));
      return undefined;
    }
    const feed = (connection ?? this.#another()).feedOf(channel);
    feed.join(follower);
    return () => feed.leave(follower);
  }

  #another(): Connection {
    const connection = this.#connect({
      onChange: ({ state }) => state === 'closed' && this.#extra.delete(connection),
      onIdle: () => connection.close(closedError()),
    });
    this.#extra.add(connection);
    return connection;
  }

  #connect(handler: Pick<ConnectionHandler, 'onChange' | 'onIdle'>): Connection {
    const socket =
      this.#ownSocket ??
      openSocket(this.#options, this.#credential, (error) => connection.retry(error));
    const connection: Connection = new Connection(socket, this.#options, {
      ...handler,
      onRequest: this.#onRequest,
      onError: (error) => this.#events.emit('error', error),
      onExpiring: () => this.#renew(connection),
      isRefreshable: () => this.#credential.isRefreshable,
    });
    return connection;
  }

  #renew(connection: Connection): void {
    if (!this.#credential.isRefreshable) return;
    this.#credential
      .current()
      .then((credential) => connection.request('authentication', credential))
      .catch((error: StreamingClientError) => {
        // If the connection is lost, nothing needs a renewal: the next connection presents a new credential.
        if (error.code !== 'CONNECTION_LOST') this.#events.emit('error', error);
      });
  }
}

/**
 * Makes a client without threads, and connects it. If a page follows only executions and rooms, it loads less code
 * than with `createStreamingClient`. To stay small, it checks only `url` and `auth`; `createStreamingClient` checks
 * all options.
 *
 * @throws StreamingClientError `INVALID_OPTIONS`
 * @publicApi
 */
export function createChannelClient(options: StreamingClientOptions = {}): ChannelClient {
  return new ChannelClient(options);
}

function resolveOptions(options: StreamingClientOptions): ResolvedClientOptions {
  const {
    namespace = 'streaming',
    path = 'socket.io',
    transports,
    requestTimeoutMs = 10_000,
  } = options;
  const url = String(options.url ?? '').replace(/\/+$/, '');
  // Socket.IO takes the path of an address for a namespace.
  const ownPath = url.replace(/^(\w+:)?(\/\/)?[^/?#]*/, '');
  if (ownPath)
    throw new StreamingClientError(
      'INVALID_OPTIONS',
      `Move the path of \`url\` to \`path\`: "${ownPath}/socket.io".`,
    );
  const reconnection = { ...DEFAULT_RECONNECTION, ...options.reconnection };
  return {
    url,
    namespace: slashed(namespace),
    path: slashed(path),
    transports: options.socket
      ? undefined
      : new Transports(transports?.length ? transports : ['websocket', 'polling']),
    reconnection,
    requestTimeoutMs,
  };
}

/** Without the slash, Socket.IO would take the name for a host, and would never connect. */
const slashed = (name: string): string => name.replace(/^\/?/, '/');
