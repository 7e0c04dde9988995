import type { Subscription } from '../client/index.js';
import { deferred } from '../common/deferred.js';
import { within } from '../common/within.js';
import type { ExecutionState } from '../protocol/execution-state.js';
import type { StreamUpdate } from '../protocol/stream-update.js';

/** How long `until` waits by default, in ms: shorter than the 5 s of Jest and Vitest, whose error would hide its own. */
const PATIENCE_MS = 4_000;

/**
 * The updates of an execution or a room that a viewer has received, in order of arrival.
 *
 * @publicApi
 */
export class Watched {
  readonly #updates: StreamUpdate[] = [];
  readonly #looks = new Set<() => void>();
  /** Resolves when the server has accepted the subscription. */
  readonly ready: Promise<void>;
  #isAccepted = false;
  #failure: Error | undefined;

  /** @internal */
  constructor(
    /** The subscription of the client, for everything that this class does not have. */
    readonly subscription: Subscription,
  ) {
    subscription.on('update', (update) => {
      this.#updates.push(update);
      this.#look();
    });
    this.ready = new Promise((resolve) =>
      subscription.on('subscribed', () => {
        this.#isAccepted = true;
        resolve();
      }),
    );
    subscription.on('error', (error) => {
      this.#failure = error;
      this.#look();
    });
  }

  /** All updates so far. */
  get updates(): readonly StreamUpdate[] {
    return this.#updates;
  }

  /** The sequence numbers of the updates so far. Nothing is lost or doubled if they are 1, 2, 3, … */
  get sequences(): readonly number[] {
    return this.#updates.flatMap(({ metadata }) => {
      const { fromSequence, sequenceNumber = 0 } = metadata ?? {};
      const first = fromSequence ?? sequenceNumber;
      return Array.from({ length: sequenceNumber - first + 1 }, (_, index) => first + index);
    });
  }

  /** The text of all token updates so far. */
  get text(): string {
    return this.subscription.text;
  }

  /**
   * Waits for a state of the execution, or until a function returns true. `timeoutMs` is 4,000 by default,
   * less than the 5 seconds after which Jest and Vitest stop a test. To wait longer, raise their limit too.
   *
   * @throws Error if the time is over; its message lists the received updates. StreamingClientError if the
   * subscription fails.
   */
  async until(
    sought: ExecutionState | ((watched: Watched) => boolean),
    timeoutMs = PATIENCE_MS,
  ): Promise<void> {
    const found = deferred<undefined>();
    const look = (): void => {
      if (this.#has(sought)) found.resolve(undefined);
      else if (this.#failure) found.reject(this.#failure);
    };
    this.#looks.add(look);
    look();
    const isOver = await within(found.promise, timeoutMs);
    this.#looks.delete(look);
    if (!isOver) throw new Error(this.#complaint(sought, timeoutMs));
    await found.promise;
  }

  #has(sought: ExecutionState | ((watched: Watched) => boolean)): boolean {
    return typeof sought === 'string' ? this.subscription.state === sought : sought(this);
  }

  #look(): void {
    for (const look of this.#looks) look();
  }

  #complaint(sought: unknown, timeoutMs: number): string {
    const wanted = typeof sought === 'string' ? `"${sought}"` : 'what the test waits for';
    const types = this.#updates.map(({ type }) => type).join(', ') || 'nothing';
    const hint = this.#isAccepted
      ? ''
      : ' The server has not accepted the subscription. Has the run begun, and is this viewer its owner?';
    return `${this.subscription.id} did not come to ${wanted} within ${timeoutMs} ms. It sent: ${types}.${hint}`;
  }
}
