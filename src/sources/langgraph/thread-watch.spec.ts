import { afterEach, expect, it, jest } from '@jest/globals';
import { MemorySaver, START, StateGraph } from '@langchain/langgraph';
import { Logger } from '@nestjs/common';
import { Steps } from '../../../test/support/graphs.js';
import { smallRegistry } from '../../../test/support/small-registry.js';
import { WIDE_BOUNDS } from '../../../test/support/wide-bounds.js';
import { deferred } from '../../common/deferred.js';
import { MemoryStreamLog } from '../../log/memory-stream-log.js';
import { langGraph } from './index.js';

afterEach(() => void jest.restoreAllMocks());

/** A graph whose node waits until the test lets it go on. */
function heldGraph(checkpointer: MemorySaver) {
  const entered = deferred<undefined>();
  const go = deferred<undefined>();
  const graph = new StateGraph(Steps)
    .addNode('step', async ({ steps }) => {
      entered.resolve(undefined);
      await go.promise;
      if (steps.includes('fail')) throw new Error('It failed.');
      return { steps: ['step'] };
    })
    .addEdge(START, 'step')
    .compile({ checkpointer });
  return { graph, entered: entered.promise, go: () => go.resolve(undefined) };
}

interface Row {
  /** Whether the second run begins while the first runs. */
  readonly together: boolean;
  readonly threads: readonly [string, string];
  readonly sharesCheckpointer?: boolean;
  readonly input?: string;
  readonly told: number;
}

it.each<[string, Row]>([
  ['two runs at once in one thread', { together: true, threads: ['a', 'a'], told: 1 }],
  ['one run after the other', { together: false, threads: ['b', 'b'], told: 0 }],
  [
    'one run after another that failed',
    { together: false, threads: ['c', 'c'], input: 'fail', told: 0 },
  ],
  ['two threads', { together: true, threads: ['d', 'e'], told: 0 }],
  [
    'two checkpointers',
    { together: true, threads: ['f', 'f'], sharesCheckpointer: false, told: 0 },
  ],
])(
  'the log tells what is lost of %s',
  async (_, { together, threads, sharesCheckpointer = true, input = 'in', told }) => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
    const { streaming } = smallRegistry(new MemoryStreamLog(WIDE_BOUNDS));
    const checkpointer = new MemorySaver();
    const [first, second] = [checkpointer, sharesCheckpointer ? checkpointer : new MemorySaver()]
      .map((one) => heldGraph(one))
      .map((held, index) => ({
        ...held,
        source: langGraph(
          held.graph,
          { steps: [input] },
          { config: { configurable: { thread_id: threads[index] } } },
        ),
      }));
    if (!first || !second) throw new Error('There are two graphs.');
    const one = streaming.run(first.source, { executionId: 'one' });
    await first.entered;
    if (!together) first.go();
    if (!together) await one.done.catch(() => undefined);
    const other = streaming.run(second.source, { executionId: 'two' });
    await second.entered;
    first.go();
    second.go();
    await Promise.allSettled([one.done, other.done]);
    const lines = warn.mock.calls.map(([line]) => String(line));
    expect(lines.filter((line) => line.includes('multitask'))).toHaveLength(told);
    if (told > 0) expect(lines.join()).toMatch(/Execution two began in thread a while one/);
  },
);
