import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** A weak reference holds on to what it gave in a turn of the event loop. */
export async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc');
  await new Promise((resolve) => setImmediate(resolve));
  (runInNewContext('gc') as () => void)();
}
