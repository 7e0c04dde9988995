import type { Subscription } from '../subscription.js';
import type { SubscriptionView } from '../subscription-view.js';
import type { Frames } from './frames.js';

/** One subscription for all components that show it, which learn of changes once per frame. */
export class SharedView {
  readonly #listeners = new Set<() => void>();
  readonly #stop: () => void;
  #view: SubscriptionView;
  #release: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly subscription: Subscription,
    frames: Frames,
    private readonly releaseDelayMs: number,
    private readonly onRelease: () => void,
  ) {
    this.#view = subscription.view();
    const show = (): void => this.#show();
    this.#stop = subscription.on('change', () => frames.schedule(show));
  }

  /** What the components show: the same within one frame. */
  get view(): SubscriptionView {
    return this.#view;
  }

  add(listener: () => void): void {
    clearTimeout(this.#release);
    this.#listeners.add(listener);
  }

  /** A component that comes back soon finds the subscription as it was. */
  remove(listener: () => void): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size === 0)
      this.#release = setTimeout(() => this.close(), this.releaseDelayMs);
  }

  close(): void {
    clearTimeout(this.#release);
    this.#stop();
    this.subscription.close();
    this.onRelease();
  }

  #show(): void {
    const view = this.subscription.view();
    if (view === this.#view) return;
    this.#view = view;
    for (const listener of [...this.#listeners]) listener();
  }
}
