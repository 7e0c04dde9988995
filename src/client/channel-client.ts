import { executionChannel, roomChannel, type Channel } from '../protocol/channel.js';
import type {
  AuthenticationAnswer,
  AuthenticationPayload,
  StatusAnswer,
} from '../protocol/client-events.js';
import { DEFAULT_RECONNECTION } from './backoff.js';
import { Connection } from './connection.js';
import type { ConnectionChange, ConnectionHandler, ConnectionState } from './connection-options.js';
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
  readonly #events = new Emitter<StreamingClientEvents>();
  /** The connection that is always there. @internal */
  protected readonly main: Connection;
  /** Further ones, each for channels that are followed over those before from elsewhere. */
  readonly #extra = new Set<Connection>();

  /** @internal */
  constructor(options: StreamingClientOptions) {
    this.#options = resolveOptions(options);
    this.#ownSocket = options.socket;
    this.#credential = new Credential(options.auth);
    this.main = this.#connect({
      onChange: (change) => this.#events.emit('connection', change),
    });
  }

  /** Whether the client is connected now. */
  get connectionState(): ConnectionState {
    return this.main.state;
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
    return this.main.requestEvent<TAnswer>(event, payload);
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
    return this.main.onEvent(event, listener);
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
    const connection = this.#connections.find((one) => one.feedOf(channel).canServe(follower));
    const failure = this.main.state === 'closed' ? closedError() : undefined;
    if (!failure && (connection || !this.#ownSocket)) {
      const feed = (connection ?? this.#another()).feedOf(channel);
      feed.join(follower);
      return () => feed.leave(follower);
    }
    follower.handler.onFailure(
      failure ??
        new StreamingClientError(
          'ALREADY_FOLLOWED',
          `Your socket follows "${channel.id}" from a later position.`,
        ),
    );
    return undefined;
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
      onError: (error) => this.#events.emit('error', error),
      onExpiring: () => void this.#renew(connection),
      isRefreshable: () => this.#credential.isRefreshable,
    });
    return connection;
  }

  async #renew(connection: Connection): Promise<void> {
    if (!this.#credential.isRefreshable) return;
    try {
      await connection.request('authentication', await this.#credential.current());
    } catch (error) {
      // Without the connection there is nothing to renew: the next one presents a fresh credential.
      if (StreamingClientError.isInstance(error) && error.code !== 'CONNECTION_LOST')
        this.#events.emit('error', error);
    }
  }
}

/**
 * Makes a client without threads and connects it: a page that follows executions and rooms alone loads
 * less code than with `createStreamingClient`. To be small it checks `url` and `auth` alone of its options;
 * `createStreamingClient` checks all.
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
  requireNoPath(url);
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

/** Socket.IO takes the path of an address for a namespace. */
function requireNoPath(url: string): void {
  const path = url.replace(/^(\w+:)?(\/\/)?[^/?#]*/, '');
  if (path === '') return;
  throw new StreamingClientError(
    'INVALID_OPTIONS',
    `\`url\` has a path. Move it to \`path\`: "${path}/socket.io".`,
  );
}
