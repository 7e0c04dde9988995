import {
  createStreamingClient,
  type StreamingClient,
  type StreamingClientOptions,
  type Subscription,
  type SubscriptionSnapshot,
} from '../../../src/client/index.js';
import { deferred } from '../../../src/common/deferred.js';
import { Collected, type Report, type Viewer } from './collected.js';

/** A page that uses the client of this package, and can be reloaded. */
export class Page implements Viewer {
  readonly report: Promise<Report>;
  readonly ready: Promise<unknown>;
  readonly #ready = deferred<undefined>();
  readonly #report = deferred<Report>();
  readonly #channels: Report;
  readonly #open: Set<string>;
  readonly #attached = new Set<string>();
  #client: StreamingClient | undefined;
  #subscriptions = new Map<string, Subscription>();

  constructor(
    readonly name: string,
    private readonly url: string,
    private readonly room: string,
    private readonly executions: readonly string[],
    private readonly options: StreamingClientOptions = {},
  ) {
    const ids = [...executions, room];
    this.#channels = Object.fromEntries(ids.map((id) => [id, new Collected()]));
    this.#open = new Set(ids);
    this.report = this.#report.promise;
    this.ready = this.#ready.promise;
    this.#load(() => undefined);
  }

  reload(): void {
    // Through JSON, as sessionStorage would do.
    const kept = new Map(
      [...this.#subscriptions].map(([id, one]) => [id, JSON.stringify(one.snapshot())] as const),
    );
    this.close();
    this.#load((id) => {
      const snapshot = kept.get(id);
      return snapshot === undefined ? undefined : (JSON.parse(snapshot) as SubscriptionSnapshot);
    });
  }

  close(): void {
    this.#client?.close();
  }

  /** The text that the page shows of an execution. */
  textOf(executionId: string): string | undefined {
    return this.#subscriptions.get(executionId)?.text;
  }

  #load(snapshotOf: (id: string) => SubscriptionSnapshot | undefined): void {
    const client = createStreamingClient({
      url: this.url,
      reconnection: { minDelayMs: 1, maxDelayMs: 20 },
      requestTimeoutMs: 1_000,
      ...this.options,
    });
    this.#client = client;
    this.#subscriptions = new Map(
      [...this.executions, this.room].map((id) => {
        const snapshot = snapshotOf(id);
        const options = snapshot?.cursor ? { snapshot } : { from: 'start' as const };
        const one = id === this.room ? client.room(id, options) : client.execution(id, options);
        this.#follow(id, one);
        return [id, one];
      }),
    );
  }

  #follow(id: string, subscription: Subscription): void {
    subscription.on('subscribed', () => {
      if (this.#attached.add(id).size === this.executions.length + 1)
        this.#ready.resolve(undefined);
    });
    subscription.on('reset', (reset) => this.#fail(`${id} was reset: ${JSON.stringify(reset)}`));
    subscription.on('error', (error) => this.#fail(`${id} failed: ${error.code}`));
    subscription.on('update', (update) => {
      (this.#channels[id] as Collected).add(update);
      if (id === this.room && update.data === 'over') this.#end(id);
    });
    if (id !== this.room)
      subscription.done.then(
        () => this.#end(id),
        () => undefined,
      );
  }

  #end(id: string): void {
    this.#open.delete(id);
    if (this.#open.size === 0) this.#report.resolve(this.#channels);
  }

  #fail(why: string): void {
    this.#report.reject(new Error(`${this.name}: ${why}`));
  }
}
