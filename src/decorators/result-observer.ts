/** Watches what a method returned, while its caller consumes it. */
export interface ResultObserver {
  /** Runs code of the method where it belongs. */
  enter<T>(work: () => T): T;
  /** Awaited before the next value is pulled. */
  ready(): Promise<void>;
  item(value: unknown): void;
  /** All values came. What it returns is awaited before the caller learns so, where it can wait. */
  complete(): Promise<void> | undefined;
  fail(error: unknown): void;
  /** The caller stopped before the end. */
  end(): void;
}

/** Watches nothing. */
export const NO_OBSERVER: ResultObserver = {
  enter: (work) => work(),
  ready: async () => undefined,
  item: () => undefined,
  complete: () => undefined,
  fail: () => undefined,
  end: () => undefined,
};
