import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const ROUNDS = 4;

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
 *
 * What is compiled in between becomes old as well, so this is the least of some rounds.
 */
export async function bytesMadeOld(
  times: number,
  step: (index: number) => Promise<void>,
): Promise<number> {
  const collect = collector();
  const old = (): number =>
    getHeapSpaceStatistics().find(({ space_name: name }) => name === 'old_space')
      ?.space_used_size ?? Number.NaN;
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round += 1) {
    collect();
    const before = old();
    for (let index = 0; index < times; index += 1) {
      await step(round * times + index);
      collect({ type: 'minor' });
    }
    least = Math.min(least, old() - before);
  }
  return least;
}
