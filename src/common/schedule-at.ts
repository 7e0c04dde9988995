/** The longest delay of a Node timer. With a longer delay it would fire immediately. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/**
 * Calls back at a time, however far away. The timer does not keep the process alive.
 *
 * @param time - in milliseconds since the Unix epoch
 * @returns stops it
 */
export function scheduleAt(time: number, callback: () => void): () => void {
  let timer: NodeJS.Timeout;
  const wait = (): void => {
    const delay = time - Date.now();
    timer = delay > MAX_DELAY_MS ? setTimeout(wait, MAX_DELAY_MS) : setTimeout(callback, delay);
    timer.unref();
  };
  wait();
  return () => clearTimeout(timer);
}
