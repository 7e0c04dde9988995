/** Watches a stream while its caller reads it. */
export interface ReadObserver {
  /** Runs code of the stream where it belongs. */
  enter<T>(work: () => T): T;
  /** Whether the log does not keep up. */
  readonly isBehind: boolean;
  /** Awaited before more is produced, where the stream can wait. */
  ready(): Promise<void>;
  /** Awaited before a value is told, where the stream can wait; undefined when there is no need to. */
  arriving(value: unknown): Promise<void> | undefined;
  item(value: unknown): void;
  /** All values came. What it returns is awaited before the caller learns so, where it can wait. */
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
