/** Something that arrived, and when, in milliseconds of `performance.now()`. */
export interface Arrival<T> {
  readonly item: T;
  readonly at: number;
}

/**
 * Reads `source` as fast as it produces and hands out what arrived. A graph knows no backpressure:
 * its stream would hold the same chunks, but drop them all when a node throws.
 */
export async function* readAhead<T>(source: AsyncIterable<T>): AsyncGenerator<Arrival<T>> {
  const arrived: Arrival<T>[] = [];
  let wake: (() => void) | undefined;
  let ended = false;
  const reading = (async () => {
    try {
      for await (const item of source) {
        arrived.push({ item, at: performance.now() });
        wake?.();
      }
    } finally {
      ended = true;
      wake?.();
    }
  })();
  // It is awaited below, after all that arrived before it failed was handed out.
  reading.catch(() => {});

  for (;;) {
    for (const arrival of arrived.splice(0)) yield arrival;
    if (arrived.length > 0) continue;
    if (ended) break;
    await new Promise<void>((resolve) => (wake = resolve));
  }
  await reading;
}
