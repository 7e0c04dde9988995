/** What one decorator does with a call. Any method may throw: the call goes on without it. */
export interface CallPart {
  start?(): void;
  /**
   * The method yielded a value, or returned one that is no stream.
   *
   * @param isStreamed - whether a call inside of this one streamed it
   * @returns whether the value is one that this decorator streams, filtered or not
   */
  item?(value: unknown, isStreamed: boolean): boolean;
  /** The call is over; `value` is what it returned, if that was no stream. */
  complete?(value: unknown): void;
  fail?(): void;
  /** The caller stopped listening before the end. */
  end?(): void;
  /** Resolves when an async iterable may be pulled again. */
  ready?(): Promise<void> | undefined;
}
