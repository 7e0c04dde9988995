import type { Frames } from './frames.js';

/** An object with views: a subscription or a thread. */
export interface Viewed<TView> {
  view(): TView;
  on(event: 'change', listener: () => void): () => void;
  close(): void;
}

/** One subscription for all components that show it. It tells them about changes once per frame. */
export class SharedView<TView> {
  readonly #releaseDelayMs: number;
  readonly #onRelease: () => void;
  readonly #listeners = new Set<() => void>();
  readonly #stop: () => void;
  #view: TView;
  #release: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly viewed: Viewed<TView>,
    frames: Frames,
    releaseDelayMs: number,
    onRelease: () => void,
  ) {
    this.#releaseDelayMs = releaseDelayMs;
    this.#onRelease = onRelease;
    this.#view = viewed.view();
    const show = (): void => this.#show();
    this.#stop = viewed.on('change', () => frames.schedule(show));
  }

  /** The view that components show. It is the same during one frame. */
  get view(): TView {
    return this.#view;
  }

  add(listener: () => void): void {
    clearTimeout(this.#release);
    this.#listeners.add(listener);
  }

  /** Removes a listener. If a component returns soon, it finds the same subscription. */
  remove(listener: () => void): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size === 0)
      this.#release = setTimeout(() => this.close(), this.#releaseDelayMs);
  }

  close(): void {
    clearTimeout(this.#release);
    this.#stop();
    this.viewed.close();
    this.#onRelease();
  }

  #show(): void {
    const view = this.viewed.view();
    if (view === this.#view) return;
    this.#view = view;
    for (const listener of [...this.#listeners]) listener();
  }
}
