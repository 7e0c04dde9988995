/** From here on producers that can wait do. */
const FULL_SHARE = 0.5;

/**
 * What waits for the log in the whole instance. A log that is away for a while is waited for, so that
 * many executions which each keep within their own bounds could take all memory.
 */
export class WaitingBytes {
  #bytes = 0;

  constructor(private readonly maxBytes: number) {}

  /** Whether so much waits that producers should wait. */
  get isFull(): boolean {
    return this.#bytes > this.maxBytes * FULL_SHARE;
  }

  /** Whether more waits than may. */
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
