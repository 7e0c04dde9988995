/** Something that arrived, and when, in milliseconds of `performance.now()`. */
export interface Arrival<T> {
  readonly item: T;
  readonly at: number;
}

/**
 * Reads `source` from now on as fast as it produces, and hands out what arrived. A graph knows no
 * backpressure: its stream would hold the same chunks, but drop them all when a node throws.
 */
export function readAhead<T>(source: AsyncIterable<T>): AsyncIterable<Arrival<T>> {
  const arrived: Arrival<T>[] = [];
  let wake: (() => void) | undefined;
  let ended = false;
  const reading = read();
  // It is awaited after all that arrived before it failed was handed out.
  reading.catch(() => {});
  return handOut();

  async function read(): Promise<void> {
    try {
      for await (const item of source) {
        arrived.push({ item, at: performance.now() });
        wake?.();
      }
    } finally {
      ended = true;
      wake?.();
    }
  }

  async function* handOut(): AsyncGenerator<Arrival<T>> {
    for (;;) {
      yield* arrived.splice(0);
      if (arrived.length > 0) continue;
      if (ended) return reading;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  }
}
