/** Watches a stream while its caller reads it. */
export interface ReadObserver {
  /** Runs code of the stream in its execution. */
  enter<T>(work: () => T): T;
  /** Whether the log is behind. */
  readonly isBehind: boolean;
  /** Awaited before more is produced, if the stream can wait. */
  ready(): Promise<void>;
  /** Awaited before a value is observed, if the stream can wait; undefined if waiting is not necessary. */
  arriving(value: unknown): Promise<void> | undefined;
  item(value: unknown): void;
  /** All values have come. If the stream can wait, the result is awaited before the caller gets the end. */
  complete(): Promise<void> | undefined;
  fail(error: unknown): void;
  /** The caller stopped before the end. */
  end(): void;
}

/** Watches nothing. */
export const NO_OBSERVER: ReadObserver = {
  enter: (work) => work(),
  isBehind: false,
  ready: async () => undefined,
  arriving: () => undefined,
  item: () => undefined,
  complete: () => undefined,
  fail: () => undefined,
  end: () => undefined,
};
