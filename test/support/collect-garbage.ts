import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

type Collect = (options?: { readonly type: 'minor' }) => void;

function collector(): Collect {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as Collect;
}

/** A weak reference holds on to what it gave in a turn of the event loop. */
export async function collectGarbage(): Promise<void> {
  const collect = collector();
  await new Promise((resolve) => setImmediate(resolve));
  collect();
}

/**
 * How many bytes became old while something was repeated, with minor garbage collections in between. An
 * object that survives two of them is old. Only a major one, which makes everybody wait, can free it then.
 */
export async function bytesMadeOld(
  times: number,
  step: (index: number) => Promise<void>,
): Promise<number> {
  const collect = collector();
  const old = (): number =>
    getHeapSpaceStatistics().find(({ space_name: name }) => name === 'old_space')
      ?.space_used_size ?? Number.NaN;
  collect();
  const before = old();
  for (let index = 0; index < times; index += 1) {
    await step(index);
    collect({ type: 'minor' });
  }
  return old() - before;
}
