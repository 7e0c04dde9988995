import { describe, expect, it } from '@jest/globals';
import { HELLO, modelGraph, nestedAskingGraph, stepsGraph } from '../../../test/support/graphs.js';
import { RecordingContext } from '../../../test/support/recording-context.js';
import { langGraph, type LangGraphStreamMode } from './index.js';

describe('a stream mode that there is not', () => {
  it.each<[string, unknown]>([
    ['a misspelt one', 'mesages'],
    ['one among others', ['messages', 'token']],
    ['an empty text', ''],
    ['null in a list', [null]],
    ['a mode of an older version', 'events'],
  ])('fails the run before the graph starts: %s', async (_, streamMode) => {
    const context = new RecordingContext();
    const source = langGraph(
      stepsGraph(),
      { steps: [] },
      { streamMode: streamMode as LangGraphStreamMode },
    );
    await expect(source.run(context)).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      message: expect.stringContaining('use values, updates, messages'),
    });
    expect(context.updates).toEqual([]);
  });

  it('is not an empty list, which leaves the events of the nodes', async () => {
    const context = new RecordingContext();
    await langGraph(stepsGraph(), { steps: [] }, { streamMode: [] }).run(context);
    expect(new Set(context.types)).toEqual(new Set(['node:start', 'node:complete']));
  });
});

describe('stream mode "chat"', () => {
  it('is what a chat page needs', async () => {
    const context = new RecordingContext();
    await langGraph(stepsGraph(), { steps: [] }, { streamMode: 'chat', nodeEvents: false }).run(
      context,
    );
    expect(context.types).toEqual([
      'checkpoints',
      'checkpoints',
      'custom',
      'updates',
      'checkpoints',
      'progress',
      'updates',
      'checkpoints',
      'values',
    ]);
    expect(context.of('values')).toEqual([{ type: 'values', data: { steps: ['one', 'two'] } }]);
  });

  it('has checkpoints without states', async () => {
    const context = new RecordingContext();
    await langGraph(stepsGraph(), { steps: [] }, { streamMode: 'chat' }).run(context);
    const checkpoints = context.of('checkpoints').map(({ data }) => data as Checkpoint);
    expect(checkpoints.map(({ step, source }) => `${source} ${step}`)).toEqual([
      'input -1',
      'loop 0',
      'loop 1',
      'loop 2',
    ]);
    expect(checkpoints.map(({ parentId }) => parentId)).toEqual([
      undefined,
      ...checkpoints.slice(0, -1).map(({ checkpointId }) => checkpointId),
    ]);
    for (const checkpoint of checkpoints.slice(1)) {
      expect(Object.keys(checkpoint)).toEqual(['checkpointId', 'parentId', 'step', 'source']);
    }
  });

  it('has tokens, and no checkpoint without a checkpointer', async () => {
    const context = new RecordingContext();
    const options = { streamMode: ['chat'], nodeEvents: false } as const;
    await langGraph(modelGraph('Hel', 'lo'), HELLO, options).run(context);
    expect(context.types).toEqual(['token', 'token', 'updates', 'values']);
  });

  it('shows the state when the graph asks', async () => {
    const context = new RecordingContext();
    const source = langGraph(nestedAskingGraph(), { steps: ['in'] }, { streamMode: 'chat' });
    expect(await source.run(context)).toMatchObject({ state: 'interrupted' });
    expect(context.updates.at(-1)).toEqual({ type: 'values', data: { steps: ['in'] } });
  });

  it('can have more modes', async () => {
    const context = new RecordingContext();
    const streamMode = ['chat', 'values', 'checkpoints'] as const;
    await langGraph(stepsGraph(), { steps: [] }, { streamMode }).run(context);
    expect(context.of('values')).toHaveLength(3);
    expect(context.of('checkpoints')[1]?.data).toHaveProperty('values');
  });
});

interface Checkpoint {
  readonly checkpointId: string;
  readonly parentId?: string;
  readonly step: number;
  readonly source: string;
}
