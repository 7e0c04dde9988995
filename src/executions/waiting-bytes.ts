/** From this size on, producers that can wait must wait. */
const FULL_SHARE = 0.5;

/**
 * The bytes that wait for the log in the whole instance. Executions wait while the log is unavailable. Many
 * executions could fill the memory then, although each stays within its own limits.
 */
export class WaitingBytes {
  #bytes = 0;

  constructor(private readonly maxBytes: number) {}

  /** Whether so much data waits that producers should wait. */
  get isFull(): boolean {
    return this.#bytes > this.maxBytes * FULL_SHARE;
  }

  /** Whether more data waits than the limit allows. */
  get isExceeded(): boolean {
    return this.#bytes > this.maxBytes;
  }

  add(bytes: number): void {
    this.#bytes += bytes;
  }

  remove(bytes: number): void {
    this.#bytes -= bytes;
  }
}
