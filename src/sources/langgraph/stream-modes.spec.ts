import { describe, expect, it } from '@jest/globals';
import { tool } from '@langchain/core/tools';
import { MemorySaver, START, StateGraph } from '@langchain/langgraph';
import {
  HELLO,
  modelGraph,
  nestedModelGraph,
  nestedStepsGraph,
  Steps,
  stepsGraph,
  toolGraph,
} from '../../../test/support/graphs.js';
import { hasToolsMode } from '../../../test/support/lang-graph-version.js';
import { RecordingContext } from '../../../test/support/recording-context.js';
import { langGraph, type LangGraphOptions } from './index.js';

/** A graph's updates without node events, which have a spec of their own. */
async function updatesOf(
  graph: ReturnType<typeof stepsGraph>,
  options: LangGraphOptions<ReturnType<typeof stepsGraph>>,
) {
  const context = new RecordingContext();
  await langGraph(graph, { steps: [] }, { nodeEvents: false, ...options }).run(context);
  return context.updatesWithoutTask;
}

const taskId = expect.any(String);
const SUB = expect.stringMatching(/^sub:/);

const itHasTools = hasToolsMode() ? it : it.skip;

/** What `stepsGraph` streams in each mode. */
const EXPECTED = {
  values: [
    { type: 'values', data: { steps: [] } },
    { type: 'values', data: { steps: ['one'] } },
    { type: 'values', data: { steps: ['one', 'two'] } },
  ],
  updates: [
    { type: 'updates', data: { one: { steps: ['one'] } }, nodeId: 'one' },
    { type: 'updates', data: { two: { steps: ['two'] } }, nodeId: 'two' },
  ],
  custom: [
    { type: 'custom', data: { note: 'from one' }, nodeId: 'one' },
    { type: 'progress', data: { progress: 50, message: 'half' }, nodeId: 'two' },
  ],
  messages: [],
  tools: [],
  tasks: [
    { type: 'tasks', data: taskStart('one', []), nodeId: 'one' },
    { type: 'tasks', data: taskResult('one'), nodeId: 'one' },
    { type: 'tasks', data: taskStart('two', ['one']), nodeId: 'two' },
    { type: 'tasks', data: taskResult('two'), nodeId: 'two' },
  ],
  checkpoints: [
    { type: 'checkpoints', data: checkpoint(-1, ['__start__']) },
    { type: 'checkpoints', data: checkpoint(0, ['one']) },
    { type: 'checkpoints', data: checkpoint(1, ['two']) },
    { type: 'checkpoints', data: checkpoint(2, []) },
  ],
  debug: [
    { type: 'debug', data: debug(-1, 'checkpoint', checkpoint(-1, ['__start__'])) },
    { type: 'debug', data: debug(0, 'checkpoint', checkpoint(0, ['one'])) },
    { type: 'debug', data: debug(1, 'task', taskStart('one', [])) },
    { type: 'debug', data: debug(1, 'task_result', taskResult('one')) },
    { type: 'debug', data: debug(1, 'checkpoint', checkpoint(1, ['two'])) },
    { type: 'debug', data: debug(2, 'task', taskStart('two', ['one'])) },
    { type: 'debug', data: debug(2, 'task_result', taskResult('two')) },
    { type: 'debug', data: debug(2, 'checkpoint', checkpoint(2, [])) },
  ],
} as const;

function taskStart(name: string, steps: readonly string[]) {
  return { id: taskId, name, input: { steps }, triggers: [`branch:to:${name}`], interrupts: [] };
}

function taskResult(name: string) {
  return { id: taskId, name, result: { steps: [name] }, interrupts: [], error: null };
}

function checkpoint(step: number, next: readonly string[]) {
  return expect.objectContaining({
    next,
    metadata: { source: step < 0 ? 'input' : 'loop', step, parents: {} },
    config: {
      configurable: {
        thread_id: 'execution-1',
        checkpoint_ns: '',
        checkpoint_id: expect.any(String),
      },
    },
  });
}

function debug(step: number, type: string, payload: unknown) {
  return { step, type, timestamp: expect.any(String), payload };
}

const MODES = Object.keys(EXPECTED) as (keyof typeof EXPECTED)[];

describe('the stream modes of a graph', () => {
  it.each(MODES)('streams "%s" alone', async (mode) => {
    expect(await updatesOf(stepsGraph(), { streamMode: mode })).toEqual(EXPECTED[mode]);
  });

  it.each(MODES)('streams "%s" in an array, with and without subgraphs', async (mode) => {
    for (const subgraphs of [true, false]) {
      const updates = await updatesOf(stepsGraph(), { streamMode: [mode], subgraphs });
      expect(updates).toEqual(EXPECTED[mode]);
    }
  });

  it('streams every mode together, each under its own type', async () => {
    const updates = await updatesOf(stepsGraph(), { streamMode: MODES });
    for (const mode of MODES) {
      const types = mode === 'custom' ? ['custom', 'progress'] : [mode];
      expect(updates.filter(({ type }) => types.includes(type))).toEqual(EXPECTED[mode]);
    }
  });

  it('streams messages, updates and custom writes by default', async () => {
    const context = new RecordingContext();
    await langGraph(stepsGraph(), { steps: [] }, { nodeEvents: false }).run(context);
    expect(context.updatesWithoutTask).toEqual([
      EXPECTED.custom[0],
      EXPECTED.updates[0],
      EXPECTED.custom[1],
      EXPECTED.updates[1],
    ]);
  });

  it('takes the final state as the result, whatever the modes', async () => {
    for (const mode of MODES) {
      const source = langGraph(stepsGraph(), { steps: ['zero'] }, { streamMode: mode });
      expect(await source.run(new RecordingContext())).toEqual({
        state: 'completed',
        result: { steps: ['zero', 'one', 'two'] },
      });
    }
  });
});

async function nestedUpdatesOf(options: LangGraphOptions<ReturnType<typeof nestedStepsGraph>>) {
  const context = new RecordingContext();
  const source = langGraph(nestedStepsGraph(), { steps: [] }, { nodeEvents: false, ...options });
  await source.run(context);
  return context.updatesWithoutTask;
}

describe('subgraphs', () => {
  const inSub = { metadata: { namespace: [SUB] } };

  it.each([['updates'], [['updates']]] as const)(
    'streams their updates with their namespace when asked: %j',
    async (streamMode) => {
      expect(await nestedUpdatesOf({ streamMode, subgraphs: true })).toEqual([
        { type: 'updates', data: { one: { steps: ['one'] } }, nodeId: 'one' },
        { type: 'updates', data: { inner: { steps: ['inner'] } }, nodeId: 'inner', ...inSub },
        { type: 'updates', data: { sub: { steps: ['one', 'inner'] } }, nodeId: 'sub' },
      ]);
    },
  );

  it('leaves their updates out otherwise', async () => {
    expect(await nestedUpdatesOf({ streamMode: 'updates' })).toEqual([
      { type: 'updates', data: { one: { steps: ['one'] } }, nodeId: 'one' },
      { type: 'updates', data: { sub: { steps: ['one', 'inner'] } }, nodeId: 'sub' },
    ]);
  });

  it.each(['values', 'tasks', 'debug'] as const)(
    'streams their %s only when asked',
    async (mode) => {
      const namespaces = async (subgraphs: boolean) => {
        const updates = await nestedUpdatesOf({ streamMode: mode, subgraphs });
        return new Set(updates.map(({ metadata }) => JSON.stringify(metadata)?.slice(0, 18)));
      };
      expect(await namespaces(false)).toEqual(new Set([undefined]));
      expect(await namespaces(true)).toEqual(new Set([undefined, '{"namespace":["sub']));
    },
  );

  it('streams what their nodes write unless they are left out', async () => {
    expect(await nestedUpdatesOf({ streamMode: 'custom', subgraphs: false })).toEqual([]);
    for (const subgraphs of [true, 'output'] as const) {
      expect(await nestedUpdatesOf({ streamMode: 'custom', subgraphs })).toEqual([
        { type: 'custom', data: 'from inner', nodeId: 'inner', ...inSub },
      ]);
    }
  });

  it('streams the tokens of their models unless they are left out', async () => {
    const outer = { role: 'assistant', messageId: expect.stringMatching(/^run-/) };
    const own = [
      { type: 'token', data: { content: 'out', ...outer }, nodeId: 'llm' },
      { type: 'token', data: { content: 'er', ...outer }, nodeId: 'llm' },
    ];
    const inner = [
      { type: 'token', data: { content: 'in', ...outer }, nodeId: 'inner', ...inSub },
      { type: 'token', data: { content: 'ner', ...outer }, nodeId: 'inner', ...inSub },
    ];
    const tokensOf = async (options: Pick<LangGraphOptions, 'subgraphs'>) => {
      const context = new RecordingContext();
      await langGraph(nestedModelGraph(), HELLO, {
        ...options,
        streamMode: 'messages',
        nodeEvents: false,
      }).run(context);
      return context.updatesWithoutTask;
    };
    expect(await tokensOf({})).toEqual([...own, ...inner]);
    expect(await tokensOf({ subgraphs: true })).toEqual([...own, ...inner]);
    expect(await tokensOf({ subgraphs: false })).toEqual(own);
  });
});

describe('tools', () => {
  it('streams requests and answers as whole messages, never as tokens', async () => {
    const context = new RecordingContext();
    const options = { streamMode: 'messages', nodeEvents: false } as const;
    await langGraph(toolGraph(), HELLO, options).run(context);
    expect(context.updatesWithoutTask).toEqual([
      {
        type: 'messages',
        nodeId: 'ask',
        data: {
          id: 'request-1',
          role: 'assistant',
          content: '',
          toolCalls: [{ id: 'call-1', name: 'add', args: { a: 1, b: 2 } }],
        },
      },
      {
        type: 'messages',
        nodeId: 'tools',
        data: {
          id: expect.any(String),
          role: 'tool',
          content: '3',
          name: 'add',
          toolCallId: 'call-1',
        },
      },
    ]);
  });

  itHasTools.each(['tools', ['tools']] as const)('streams their calls: %j', async (streamMode) => {
    const context = new RecordingContext();
    const mode = typeof streamMode === 'string' ? streamMode : [streamMode[0]];
    await langGraph(toolGraph(), HELLO, { streamMode: mode, nodeEvents: false }).run(context);
    const call = { toolCallId: 'call-1', name: 'add' };
    // As the tool gave it: its id is given to it later, when it becomes a part of the state.
    const output = { role: 'tool', content: '3', name: 'add', toolCallId: 'call-1' };
    expect(context.updatesWithoutTask).toEqual([
      {
        type: 'tools',
        nodeId: 'tools',
        data: { event: 'on_tool_start', ...call, input: '{"a":1,"b":2}' },
      },
      { type: 'tools', nodeId: 'tools', data: { event: 'on_tool_end', ...call, output } },
    ]);
  });
});

describe('what viewers get of a state', () => {
  it('is plain data, messages included', async () => {
    const context = new RecordingContext();
    const options = { streamMode: ['values', 'updates'], nodeEvents: false } as const;
    await langGraph(modelGraph('Hel', 'lo'), HELLO, options).run(context);
    const human = { id: 'human-1', role: 'user', content: 'Hi' };
    const ai = { id: expect.any(String), role: 'assistant', content: expect.any(String) };
    expect(context.updatesWithoutTask).toEqual([
      { type: 'values', data: { messages: [human] } },
      { type: 'updates', data: { llm: { messages: [ai] } }, nodeId: 'llm' },
      { type: 'values', data: { messages: [human, ai] } },
    ]);
    expect(JSON.parse(JSON.stringify(context.updates))).toEqual(context.updates);
  });

  it('never holds the message of an error', async () => {
    const secret = 'password 1234';
    const graph = new StateGraph(Steps)
      .addNode('bad', () => {
        throw new Error(secret);
      })
      .addEdge(START, 'bad')
      .compile({ checkpointer: new MemorySaver() });
    const context = new RecordingContext();
    await expect(
      langGraph(graph, { steps: [] }, { streamMode: MODES }).run(context),
    ).rejects.toThrow(secret);
    const error = { code: 'SOURCE_FAILED', message: 'The streamed work failed.' };
    expect(context.of('tasks').at(-1)?.data).toMatchObject({ name: 'bad', error });
    expect(JSON.stringify(context.updates)).not.toContain(secret);
  });

  itHasTools('never holds the message of the error of a tool', async () => {
    const secret = 'password 1234';
    const fail = tool(
      () => {
        throw new Error(secret);
      },
      { name: 'add', schema: { type: 'object', properties: {} } },
    );
    const context = new RecordingContext();
    const options = { streamMode: 'tools', nodeEvents: false } as const;
    await langGraph(toolGraph([fail]), HELLO, options).run(context);
    expect(context.updates.at(-1)).toMatchObject({
      type: 'tools',
      data: { event: 'on_tool_error', error: { code: 'SOURCE_FAILED' } },
    });
    expect(JSON.stringify(context.updates)).not.toContain(secret);
  });

  it('never holds the configuration of the run', async () => {
    const context = new RecordingContext();
    await langGraph(
      stepsGraph(),
      { steps: [] },
      {
        streamMode: MODES,
        config: {
          configurable: { thread_id: 't', apiSecret: 'sk-secret' },
          metadata: { customer: 'sk-secret' },
        },
      },
    ).run(context);
    expect(JSON.stringify(context.updates)).not.toContain('sk-secret');
    expect(context.of('checkpoints')[0]?.data).toMatchObject({
      config: { configurable: { thread_id: 't' } },
    });
  });
});
