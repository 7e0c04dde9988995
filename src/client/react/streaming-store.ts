import { executionChannel, roomChannel, type Channel } from '../../protocol/channel.js';
import { CONNECTING, type ConnectionChange } from '../connection-options.js';
import { Follower } from '../follower.js';
import type { StreamingClient } from '../streaming-client.js';
import type { ExecutionSubscriptionOptions } from '../subscription-options.js';
import type { SubscriptionView } from '../subscription-view.js';
import { Subscription } from '../subscription.js';
import type { ThreadOptions } from '../conversation/thread-options.js';
import type { Thread } from '../conversation/thread.js';
import { viewOf, type ThreadView } from '../conversation/thread-view.js';
import { Frames } from './frames.js';
import { SharedView, type Viewed } from './shared-view.js';

/** A client, or a function that makes a client when a component first needs it. */
export type ClientSource = StreamingClient | (() => StreamingClient);

/** A source of views for components, in the form for `useSyncExternalStore`. */
export interface Source<TView> {
  readonly subscribe: (listener: () => void) => () => void;
  readonly current: () => TView;
  /** Returns the view for server rendering, and for the first rendering on the page. */
  readonly initial: () => TView;
}

/** The subscriptions of all components below one provider. */
export class StreamingStore {
  readonly #clientSource: ClientSource;
  readonly #releaseDelayMs: number;
  readonly #frames = new Frames();
  readonly #shared = new Map<string, SharedView<unknown>>();
  #client: StreamingClient | undefined;
  #close: ReturnType<typeof setTimeout> | undefined;

  constructor(clientSource: ClientSource, releaseDelayMs: number) {
    this.#clientSource = clientSource;
    this.#releaseDelayMs = releaseDelayMs;
  }

  /** The client. The first access makes and connects it. */
  get client(): StreamingClient {
    const clientSource = this.#clientSource;
    this.#client ??= typeof clientSource === 'function' ? clientSource() : clientSource;
    return this.#client;
  }

  execution(id: string, options: ExecutionSubscriptionOptions): Source<SubscriptionView> {
    const channel = executionChannel(id);
    const initial = viewBefore(channel, options);
    return this.#source(keyOf(channel, options), initial, () => this.client.execution(id, options));
  }

  room(id: string, options: ExecutionSubscriptionOptions): Source<SubscriptionView> {
    const channel = roomChannel(id);
    const initial = viewBefore(channel, options);
    return this.#source(keyOf(channel, options), initial, () => this.client.room(id, options));
  }

  thread(id: string, options: ThreadOptions): Source<ThreadView> {
    const open = (): Thread => this.client.thread(id, options);
    return this.#source(threadKeyOf(id, options), viewOf(id), open);
  }

  /** The thread that components show. If no component shows it, a new `Thread` object. */
  threadOf(id: string, options: ThreadOptions): Thread {
    const shared = this.#shared.get(threadKeyOf(id, options))?.viewed;
    return (shared as Thread | undefined) ?? this.client.thread(id, options);
  }

  readonly connection: Source<ConnectionChange> = {
    subscribe: (listener) => {
      const stop = this.client.on('connection', listener);
      listener();
      return stop;
    },
    current: () => this.#client?.connection ?? CONNECTING,
    initial: () => CONNECTING,
  };

  /** Called when the provider is shown. @returns a function to call when it is no longer shown */
  retain(): () => void {
    clearTimeout(this.#close);
    return () => {
      this.#close = setTimeout(() => {
        for (const shared of [...this.#shared.values()]) shared.close();
        if (typeof this.#clientSource !== 'function') return;
        this.#client?.close();
        this.#client = undefined;
      }, this.#releaseDelayMs);
    };
  }

  #source<TView>(key: string, initial: TView, open: () => Viewed<TView>): Source<TView> {
    // The key includes the kind, so the type of the view is right.
    const shared = (): SharedView<TView> | undefined =>
      this.#shared.get(key) as SharedView<TView> | undefined;
    return {
      subscribe: (listener) => {
        const view = shared() ?? this.#share(key, open());
        // Two components may pass the same listener.
        const mine = (): void => listener();
        view.add(mine);
        return () => view.remove(mine);
      },
      current: () => shared()?.view ?? initial,
      initial: () => initial,
    };
  }

  #share<TView>(key: string, viewed: Viewed<TView>): SharedView<TView> {
    const shared = new SharedView(viewed, this.#frames, this.#releaseDelayMs, () =>
      this.#shared.delete(key),
    );
    this.#shared.set(key, shared);
    return shared;
  }
}

/** The key of a subscription. A snapshot is not part of it: it only says where the first equal subscription begins. */
export function keyOf(channel: Channel, options: ExecutionSubscriptionOptions): string {
  return JSON.stringify([channel, { ...options, snapshot: undefined }]);
}

/** The key of a thread. */
export function threadKeyOf(id: string, { agent }: ThreadOptions): string {
  return JSON.stringify(['thread', id, agent]);
}

/** The view before a component subscribes: the view of the snapshot. */
function viewBefore(channel: Channel, options: ExecutionSubscriptionOptions): SubscriptionView {
  return new Subscription(
    channel,
    options,
    (handler) => new Follower(options, handler, () => undefined),
  ).view();
}
