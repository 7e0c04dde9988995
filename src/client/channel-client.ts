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
  /** The connection was made, lost or closed. */
  connection: ConnectionChange;
  /** The server or the `auth` function reported an error that answers no request. */
  error: StreamingClientError;
}

/**
 * A connection to a streaming gateway: follows any number of executions and rooms, reconnects by
 * itself, and goes on where each stopped. Made by {@link createChannelClient}; `createStreamingClient`
 * makes one that knows threads too.
 *
 * @publicApi
 */
export class ChannelClient {
  readonly #options: ResolvedClientOptions;
  readonly #ownSocket: ClientSocket | undefined;
  readonly #credential: Credential;
  readonly #onRequest: ConnectionHandler['onRequest'];
  readonly #events = new Emitter<StreamingClientEvents>();
  /** The connection that is always there. @internal */
  protected readonly main: Connection;
  /** Further ones, each for channels that are followed over those before from elsewhere. */
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
   * Follows an execution: from its start, or from `cursor` or `snapshot` if there is one.
   *
   * Several subscriptions to one execution share a connection and a position in its log. One that
   * comes later reads the log once more; share a subscription where you can, it takes any number of
   * listeners and loops. A subscription that begins before the `cursor` or `snapshot` of those that
   * exist opens a second connection while it lasts.
   *
   * It fails with `ALREADY_FOLLOWED` when that would need a second socket but you brought your own.
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
   * Joins a room and follows it, as {@link execution} does. A room does not end: `done` settles when
   * the subscription is closed or fails.
   *
   * @throws StreamingClientError `CLIENT_CLOSED`
   */
  room(roomId: string, options: SubscriptionOptions = {}): Subscription {
    const channel = roomChannel(roomId);
    return new Subscription(channel, options, this.follow(channel, options));
  }

  /**
   * Stops an execution for everybody. To stop only following it, close the subscription.
   *
   * @param reason - tells the other viewers why
   * @throws StreamingClientError with the server's code, `CONNECTION_LOST` or `REQUEST_TIMEOUT`
   */
  async cancel(executionId: string, reason?: string): Promise<void> {
    await this.main.request('cancel_execution', { executionId, reason });
  }

  /**
   * Answers a question that an interrupted execution asks.
   *
   * @param interruptId - which question; needed when several are open
   * @throws StreamingClientError with the server's code, `CONNECTION_LOST` or `REQUEST_TIMEOUT`
   */
  async respond(executionId: string, value: unknown, interruptId?: string): Promise<void> {
    await this.main.request('respond_interrupt', { executionId, value, interruptId });
  }

  /**
   * Asks the server about this connection and, if one is named, about an execution.
   *
   * @throws StreamingClientError with the server's code, `CONNECTION_LOST` or `REQUEST_TIMEOUT`
   */
  status(executionId?: string): Promise<StatusAnswer> {
    return this.main.request('get_status', { executionId });
  }

  /**
   * Renews the credential of the connection, and presents this one from now on. With an `auth`
   * function that happens by itself.
   *
   * @throws StreamingClientError with the server's code, `CONNECTION_LOST` or `REQUEST_TIMEOUT`
   */
  async authenticate(credential: AuthenticationPayload): Promise<AuthenticationAnswer> {
    const answers = this.#connections.map((one) => one.request('authentication', credential));
    const [answer] = await Promise.all(answers);
    this.#credential.replace(credential);
    return answer as AuthenticationAnswer;
  }

  /** Disconnects for good. Loops end; executions go on. */
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

  /** @returns what lets it leave; undefined when it failed */
  #join(channel: Channel, follower: Follower): (() => void) | undefined {
    if (this.main.state === 'closed') return void follower.handler.fail(closedError());
    const connection = this.#connections.find((one) => one.feedOf(channel).canServe(follower));
    if (!connection && this.#ownSocket)
      return void follower.handler.fail(
        new StreamingClientError(
          'ALREADY_FOLLOWED',
          `Your socket follows "${channel.id}" already.`,
        ),
      );
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
        // Without the connection there is nothing to renew: the next one presents a fresh credential.
        if (error.code !== 'CONNECTION_LOST') this.#events.emit('error', error);
      });
  }
}

/**
 * Makes a client without threads and connects it: a page that follows executions and rooms alone loads
 * less code than with `createStreamingClient`.
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
    auth,
    transports = [],
    requestTimeoutMs = 10_000,
  } = options;
  const url = String(options.url ?? '').replace(/\/+$/, '');
  // Socket.IO takes the path of an address for a namespace.
  if (!/^(\w+:)?(\/\/)?[^/?#]*$/.test(url))
    throw new StreamingClientError('INVALID_OPTIONS', '`url` has a path. Move it to `path`.');
  const reconnection = { ...DEFAULT_RECONNECTION, ...options.reconnection };
  return {
    url,
    namespace: slashed(namespace),
    path: slashed(path),
    auth,
    transports: options.socket
      ? undefined
      : new Transports(transports.length > 0 ? transports : ['websocket', 'polling']),
    reconnection,
    requestTimeoutMs,
  };
}

/** Without the slash Socket.IO would look for another host, for ever. */
const slashed = (name: string): string => name.replace(/^\/?/, '/');
