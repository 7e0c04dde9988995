import { executionChannel, roomChannel, type Channel } from '../../protocol/channel.js';
import type { ConnectionChange } from '../connection.js';
import { Follower } from '../follower.js';
import type { StreamingClient } from '../streaming-client.js';
import type { ExecutionSubscriptionOptions } from '../subscription-options.js';
import type { SubscriptionView } from '../subscription-view.js';
import { Subscription } from '../subscription.js';
import { Frames } from './frames.js';
import { SharedView } from './shared-view.js';

/** A client, or what makes one when a component first needs it. */
export type ClientSource = StreamingClient | (() => StreamingClient);

/** Something that components show, as `useSyncExternalStore` takes it. */
export interface Source<TView> {
  readonly subscribe: (listener: () => void) => () => void;
  readonly current: () => TView;
  /** What a server renders, and the page first. */
  readonly initial: () => TView;
}

const CONNECTING: ConnectionChange = { state: 'connecting' };

/** The subscriptions of all components below one provider. */
export class StreamingStore {
  readonly #frames = new Frames();
  readonly #shared = new Map<string, SharedView>();
  #client: StreamingClient | undefined;
  #connection = CONNECTING;
  #close: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly clientSource: ClientSource,
    private readonly releaseDelayMs: number,
  ) {}

  /** The client, which is connected from now on. */
  get client(): StreamingClient {
    const { clientSource } = this;
    this.#client ??= typeof clientSource === 'function' ? clientSource() : clientSource;
    return this.#client;
  }

  execution(id: string, options: ExecutionSubscriptionOptions): Source<SubscriptionView> {
    return this.#source(executionChannel(id), options, () => this.client.execution(id, options));
  }

  room(id: string, options: ExecutionSubscriptionOptions): Source<SubscriptionView> {
    return this.#source(roomChannel(id), options, () => this.client.room(id, options));
  }

  readonly connection: Source<ConnectionChange> = {
    subscribe: (listener) => {
      const { client } = this;
      const take = (change: ConnectionChange): void => {
        this.#connection = change;
        listener();
      };
      if (client.connectionState !== this.#connection.state)
        take({ state: client.connectionState });
      return client.on('connection', take);
    },
    current: () => this.#connection,
    initial: () => CONNECTING,
  };

  /** The provider is shown. @returns what tells that it is not any more */
  retain(): () => void {
    clearTimeout(this.#close);
    return () => {
      this.#close = setTimeout(() => {
        for (const shared of [...this.#shared.values()]) shared.close();
        if (typeof this.clientSource !== 'function') return;
        this.#client?.close();
        this.#client = undefined;
      }, this.releaseDelayMs);
    };
  }

  #source(
    channel: Channel,
    options: ExecutionSubscriptionOptions,
    open: () => Subscription,
  ): Source<SubscriptionView> {
    const key = keyOf(channel, options);
    const initial = viewBefore(channel, options);
    return {
      subscribe: (listener) => {
        const shared = this.#shared.get(key) ?? this.#share(key, open());
        // Two components may give one listener.
        const mine = (): void => listener();
        shared.add(mine);
        return () => shared.remove(mine);
      },
      current: () => this.#shared.get(key)?.view ?? initial,
      initial: () => initial,
    };
  }

  #share(key: string, subscription: Subscription): SharedView {
    const shared = new SharedView(subscription, this.#frames, this.releaseDelayMs, () =>
      this.#shared.delete(key),
    );
    this.#shared.set(key, shared);
    return shared;
  }
}

/** Tells subscriptions apart. A snapshot only says where the first of equal ones begins. */
export function keyOf(channel: Channel, options: ExecutionSubscriptionOptions): string {
  return JSON.stringify([channel, { ...options, snapshot: undefined }]);
}

/** What is known before anybody subscribes: what the snapshot tells. */
function viewBefore(channel: Channel, options: ExecutionSubscriptionOptions): SubscriptionView {
  return new Subscription(
    channel,
    options,
    (handler) => new Follower(options, handler, () => undefined),
  ).view();
}
