import { Logger } from '@nestjs/common';
import { describe, expect, it, jest } from '@jest/globals';
import { START, StateGraph, type LangGraphRunnableConfig } from '@langchain/langgraph';
import { Deferred } from '../../../test/support/deferred.js';
import { HELLO, modelGraph, Steps } from '../../../test/support/graphs.js';
import { HeldLog, settled } from '../../../test/support/held-log.js';
import { smallRegistry } from '../../../test/support/small-registry.js';
import { executionChannel } from '../../protocol/channel.js';
import type { TokenData } from '../../protocol/stream-update.js';
import type { StreamingService } from '../../streaming.service.js';
import { langGraph } from './index.js';

const KILOBYTE = 'x'.repeat(1_024);

function start(): { log: HeldLog; streaming: StreamingService } {
  const log = new HeldLog();
  return { log, streaming: smallRegistry(log).streaming };
}

async function streamed(log: HeldLog, executionId: string, type: string): Promise<unknown[]> {
  const read = await log.read(executionChannel(executionId));
  return (read?.entries ?? [])
    .filter((entry) => entry.type === type)
    .map(({ update }) => update.data);
}

describe('a graph that is faster than the log', () => {
  it('has its model wait for the log, and loses nothing', async () => {
    const { log, streaming } = start();
    let told = 0;
    const callbacks = [{ handleLLMNewToken: () => void (told += 1) }];
    const graph = modelGraph(...Array.from({ length: 200 }, () => KILOBYTE));
    const options = { streamMode: 'messages', nodeEvents: false, config: { callbacks } } as const;
    const { done, executionId } = streaming.run(langGraph(graph, HELLO, options));
    await settled();
    expect(told).toBeGreaterThan(0);
    expect(told).toBeLessThan(40);

    log.release();
    expect(await done).toMatchObject({ state: 'completed' });
    const tokens = (await streamed(log, executionId, 'token')) as TokenData[];
    expect(tokens.map(({ content }) => content).join('')).toBe(KILOBYTE.repeat(200));
  });

  it('has its nodes wait for the log', async () => {
    const { log, streaming } = start();
    let steps = 0;
    const graph = new StateGraph(Steps)
      .addNode('step', (_state, config: LangGraphRunnableConfig) => {
        config.writer?.(KILOBYTE);
        return { steps: [`${(steps += 1)}`] };
      })
      .addEdge(START, 'step')
      .addConditionalEdges('step', () => (steps < 100 ? 'step' : '__end__'))
      .compile();
    const { done, executionId } = streaming.run(
      langGraph(
        graph,
        { steps: [] },
        { streamMode: 'custom', nodeEvents: false, config: { recursionLimit: 200 } },
      ),
    );
    await settled();
    expect(steps).toBeGreaterThan(0);
    expect(steps).toBeLessThan(20);

    log.release();
    await done;
    expect(await streamed(log, executionId, 'custom')).toHaveLength(100);
  });

  it('fails with SOURCE_OVERFLOW when a node writes on without waiting, and is told to stop', async () => {
    const { log, streaming } = start();
    jest.spyOn(Logger.prototype, 'error').mockImplementationOnce(() => undefined);
    const told = new Deferred();
    const graph = new StateGraph(Steps)
      .addNode('flood', async (_state, { writer, signal }: LangGraphRunnableConfig) => {
        while (!signal?.aborted) {
          writer?.(KILOBYTE);
          await new Promise(setImmediate);
        }
        told.resolve();
        return { steps: [] };
      })
      .addEdge(START, 'flood')
      .compile();
    const { done, executionId } = streaming.run(
      langGraph(graph, { steps: [] }, { streamMode: 'custom', nodeEvents: false }),
    );
    await told.promise;

    log.release();
    await expect(done).rejects.toMatchObject({ code: 'SOURCE_OVERFLOW' });
    const custom = await streamed(log, executionId, 'custom');
    expect(custom.length).toBeGreaterThan(30);
    expect(custom.length).toBeLessThan(55);
    expect(await streamed(log, executionId, 'workflow:error')).toHaveLength(1);
  });
});
