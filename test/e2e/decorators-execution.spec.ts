import { describe, expect, it, jest } from '@jest/globals';
import { Inject, Injectable, Logger, Scope } from '@nestjs/common';
import { ContextIdFactory, ModuleRef } from '@nestjs/core';
import { Annotation, END, START, StateGraph } from '@langchain/langgraph';
import {
  StreamAll,
  StreamContext,
  StreamEvent,
  StreamingModule,
  StreamingService,
  StreamToken,
  type ExecutionContext,
} from '../../src/index.js';
import { STREAM_LOG, type StreamLog } from '../../src/entries/log.js';
import { ExecutionRegistry } from '../../src/executions/execution-registry.js';
import { executionChannel } from '../../src/protocol/channel.js';
import { runStreamed, tokensOf, typesOf, updatesOf } from '../support/decorated-calls.js';
import { Deferred } from '../support/deferred.js';
import { startApp, startAppOf } from '../support/streaming-app.js';

const AT_ONCE = { tokens: { flushIntervalMs: 0 } };

interface Question {
  readonly executionId?: string;
  readonly configurable?: { readonly thread_id?: string; readonly run_id?: string };
}

@Injectable()
class Answers {
  @StreamToken()
  async answer(_question: Question, text = 'text'): Promise<string> {
    return text;
  }

  @StreamToken()
  async where(_question?: Question): Promise<string | undefined> {
    return StreamContext.current().executionId;
  }
}

describe('the execution of a decorated call', () => {
  it('is the ambient one', async () => {
    const { app, streaming } = await startApp(AT_ONCE, { providers: [Answers] });
    const { result, executionId } = await runStreamed(streaming, () =>
      app.get(Answers).where({ executionId: 'another' }),
    );
    expect(result).toBe(executionId);
  });

  it.each<[string, Question]>([
    ['configurable.thread_id', { configurable: { thread_id: 'running' } }],
    ['configurable.run_id', { configurable: { thread_id: 'unknown', run_id: 'running' } }],
    ['executionId', { executionId: 'running' }],
  ])('is the active one that the arguments name by %s', async (_name, question) => {
    const { app, streaming } = await startApp(AT_ONCE, { providers: [Answers] });
    const end = new Deferred();
    streaming.run(() => end.promise, { executionId: 'running' });
    expect(await app.get(Answers).where(question)).toBe('running');
    expect(streaming.get('running')?.state).toBe('running');
    end.resolve();
    expect(tokensOf(await updatesOf(streaming, 'running'))).toEqual(['running']);
  });

  it('is opened under the id that the arguments name, and closed with the call', async () => {
    const { app, streaming } = await startApp(AT_ONCE, { providers: [Answers] });
    await app.get(Answers).answer({ executionId: 'named:1|a' });
    expect(streaming.get('named:1|a')?.state).toBe('completed');
    expect(tokensOf(await updatesOf(streaming, 'named:1|a'))).toEqual(['text']);
  });

  it('is a new one when nothing names any, and fails with the call', async () => {
    @Injectable()
    class Failing {
      executionId: string | undefined;
      @StreamEvent()
      async fail(): Promise<never> {
        this.executionId = StreamContext.current().executionId;
        throw new Error('failed');
      }
    }
    const { app, streaming } = await startApp({}, { providers: [Failing] });
    const failing = app.get(Failing);
    await expect(failing.fail()).rejects.toThrow('failed');
    expect(streaming.get(failing.executionId ?? '')?.state).toBe('failed');
    expect(typesOf(await updatesOf(streaming, failing.executionId ?? ''))).toEqual([
      'node:start fail',
      'node:error fail',
    ]);
  });

  it('is forgotten with the call when nobody can ever follow it', async () => {
    const { app } = await startApp(AT_ONCE, { providers: [Answers] });
    const log = app.get<StreamLog>(STREAM_LOG);
    const executions = app.get(ExecutionRegistry);
    const opened: string[] = [];
    executions.onOpened((executionId) => opened.push(executionId));
    await app.get(Answers).answer({});
    const told = (await app.get(Answers).where()) ?? '';
    await updatesOf(app.get(StreamingService), told);
    const [unknown = ''] = opened;
    expect(opened).toEqual([expect.any(String), told]);
    expect(executions.get(unknown)).toBeUndefined();
    expect(await log.describe(executionChannel(unknown))).toBeUndefined();
    expect(executions.get(told)?.status.state).toBe('completed');
  });

  it('is shared by calls that name it at the same time, and opened anew by one that comes later', async () => {
    const { app, streaming } = await startApp(AT_ONCE, { providers: [Answers] });
    const answers = app.get(Answers);
    const question = { executionId: 'shared' };
    await Promise.all([answers.answer(question, 'one'), answers.answer(question, 'two')]);
    expect(tokensOf(await updatesOf(streaming, 'shared'))).toEqual(['one', 'two']);
    await answers.answer(question, 'three');
    expect(tokensOf(await updatesOf(streaming, 'shared'))).toEqual(['three']);
    await answers.answer(question, 'four');
    await answers.answer(question, 'five');
    expect(tokensOf(await updatesOf(streaming, 'shared'))).toEqual(['five']);
  });

  it('never takes the place of one that the application ran', async () => {
    const { app, streaming } = await startApp(AT_ONCE, { providers: [Answers] });
    const { executionId } = await runStreamed(streaming, () =>
      StreamContext.current().token('kept'),
    );
    expect(await app.get(Answers).where({ executionId })).not.toBe(executionId);
    expect(tokensOf(await updatesOf(streaming, executionId))).toEqual(['kept']);
  });

  it('is another one for work that goes on after the end, and none after a cancel', async () => {
    const { app, streaming } = await startApp(AT_ONCE, { providers: [Answers] });
    const end = new Deferred();
    const goOn = new Deferred();
    interface Run {
      readonly executionId: string;
      readonly later: Promise<string | undefined>;
    }
    const run = (): Promise<Run> =>
      new Promise((resolve) => {
        streaming.run(async ({ executionId }: ExecutionContext) => {
          const later = goOn.promise.then(() => app.get(Answers).where());
          resolve({ executionId, later });
          await end.promise;
        });
      });
    const [ended, cancelled] = [await run(), await run()];
    await streaming.cancel(cancelled.executionId);
    end.resolve();
    await updatesOf(streaming, ended.executionId);
    goOn.resolve();
    const other = await ended.later;
    expect(other).not.toBe(ended.executionId);
    expect(tokensOf(await updatesOf(streaming, other ?? ''))).toEqual([other]);
    expect(await cancelled.later).toBe(cancelled.executionId);
    expect(tokensOf(await updatesOf(streaming, cancelled.executionId))).toEqual([]);
  });

  it('is not needed: a call goes on when no more executions may be opened', async () => {
    const error = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    const { app, streaming } = await startApp(
      { executions: { maxActive: 1 } },
      { providers: [Answers] },
    );
    const end = new Deferred();
    streaming.run(() => end.promise);
    expect(await app.get(Answers).answer({})).toBe('text');
    expect(error).toHaveBeenCalledTimes(1);
    end.resolve();
    error.mockRestore();
  });

  it('keeps 200 concurrent calls of nested methods apart', async () => {
    @Injectable()
    class Nested {
      @StreamAll({ progress: false, event: true, token: true })
      async outer(id: number): Promise<string> {
        await Promise.resolve();
        const parts = await Promise.all([this.inner(id, 'a'), this.inner(id, 'b')]);
        return `outer-${id}(${parts.join()})`;
      }

      @StreamToken()
      async *stream(id: number): AsyncGenerator<string> {
        for (const part of ['x', 'y']) {
          await new Promise((resolve) => setImmediate(resolve));
          StreamContext.current().token(`<${id}>`);
          yield `${part}-${id}`;
        }
      }

      @StreamToken()
      async inner(id: number, part: string): Promise<string> {
        let text = '';
        for await (const token of this.stream(id)) text += token;
        return `${part}:${text}`;
      }
    }
    const { app, streaming } = await startApp({}, { providers: [Nested] });
    const nested = app.get(Nested);
    const runs = await Promise.all(
      Array.from({ length: 200 }, (_, id) => runStreamed(streaming, () => nested.outer(id))),
    );
    for (const [id, { updates, executionId, result }] of runs.entries()) {
      expect(updates.map(({ metadata }) => metadata?.executionId)).toEqual(
        updates.map(() => executionId),
      );
      const [x, y] = [`x-${id}`, `y-${id}`];
      expect(tokensOf(updates, 'outer')).toEqual([`outer-${id}(a:${x}${y},b:${x}${y})`]);
      expect(result).toBe(`outer-${id}(a:${x}${y},b:${x}${y})`);
      expect(tokensOf(updates, 'inner').join('')).toBe(`a:${x}${y}b:${x}${y}`);
      const streamed = tokensOf(updates, 'stream').join('');
      expect(streamed.split(`<${id}>`).join('')).toHaveLength((x.length + y.length) * 2);
      expect(streamed.replaceAll(new RegExp(`<${id}>|[xy]-${id}(?=[<xy]|$)`, 'g'), '')).toBe('');
      expect(updates.map(({ metadata }) => metadata?.sequenceNumber)).toEqual(
        updates.map((_, index) => index + 2),
      );
    }
  });
});

describe('a decorated method works', () => {
  const State = Annotation.Root({ text: Annotation<string> });

  it('when it was bound before bootstrap', async () => {
    @Injectable()
    class Graph {
      readonly graph = new StateGraph(State)
        .addNode('a', this.a.bind(this))
        .addEdge(START, 'a')
        .addEdge('a', END)
        .compile();

      @StreamEvent()
      async a(state: typeof State.State): Promise<{ text: string }> {
        return { text: `${state.text}, bound` };
      }
    }
    const { app, streaming } = await startApp({}, { providers: [Graph] });
    const { updates, result } = await runStreamed(streaming, () =>
      app.get(Graph).graph.invoke({ text: 'early' }),
    );
    expect(result).toEqual({ text: 'early, bound' });
    expect(typesOf(updates)).toEqual(['node:start a', 'node:complete a']);
  });

  it('on request-scoped, transient and injected-into classes, and when it is inherited', async () => {
    class Base {
      @StreamToken()
      speak(_question: Question): string {
        return this.constructor.name;
      }
    }
    @Injectable({ scope: Scope.REQUEST })
    class PerRequest extends Base {}
    @Injectable({ scope: Scope.TRANSIENT })
    class Transient extends Base {}
    @Injectable()
    class Holder {
      constructor(@Inject(Transient) readonly transient: Transient) {}
    }
    const { app, streaming } = await startApp(AT_ONCE, {
      providers: [PerRequest, Transient, Holder],
    });
    const contextId = ContextIdFactory.create();
    const perRequest = await app.get(ModuleRef).resolve(PerRequest, contextId, { strict: false });
    const created = await app.get(ModuleRef).create(PerRequest);
    const { transient } = app.get(Holder);
    // No execution is around the calls: the instance alone leads to its application.
    for (const [index, instance] of [perRequest, created, transient].entries()) {
      const executionId = `call-${index}`;
      instance.speak({ executionId });
      const updates = await updatesOf(streaming, executionId);
      expect(tokensOf(updates)).toEqual([instance.constructor.name]);
      expect(Object.getOwnPropertySymbols(instance)).toEqual([]);
    }
  });

  it('on instances that a factory or the application made', async () => {
    const { app, streaming } = await startApp(AT_ONCE, {
      providers: [
        { provide: 'factory', useFactory: () => new Answers() },
        { provide: 'value', useValue: new Answers() },
      ],
    });
    for (const token of ['factory', 'value']) {
      await app.get<Answers>(token).answer({ executionId: token }, token);
      expect(tokensOf(await updatesOf(streaming, token))).toEqual([token]);
    }
  });

  it('as written on a class without a module, and says so once', async () => {
    const debug = jest.spyOn(Logger.prototype, 'debug').mockImplementation(() => undefined);
    class Alone {
      @StreamAll()
      async method(text: string): Promise<string> {
        const context = StreamContext.current();
        context.token('nobody');
        context.emit('custom', 1);
        context.progress(50);
        return `${text} ${context.signal.aborted} ${context.executionId}`;
      }
    }
    const alone = new Alone();
    expect(await alone.method('a')).toBe('a false undefined');
    expect(await alone.method('b')).toBe('b false undefined');
    expect(debug.mock.calls.map(([line]) => line)).toEqual([
      'Alone.method streams nothing: import StreamingModule.forRoot() where its class is provided.',
    ]);
    debug.mockRestore();
  });

  it('on a class without a module, inside an execution', async () => {
    const { streaming } = await startApp(AT_ONCE);
    const { updates } = await runStreamed(streaming, () => new Answers().answer({}, 'by hand'));
    expect(tokensOf(updates)).toEqual(['by hand']);
  });

  it('in an application that imports nothing of the library', async () => {
    const module = await import('@nestjs/testing').then(({ Test }) =>
      Test.createTestingModule({ providers: [Answers] }).compile(),
    );
    expect(await module.get(Answers).answer({}, 'alone')).toBe('alone');
    await module.close();
  });

  it('in two applications of one process, each for itself', async () => {
    const start = async (includeMetadata: boolean) =>
      startAppOf({
        imports: [
          StreamingModule.forRoot({ ...AT_ONCE, decorators: { token: { includeMetadata } } }),
        ],
        providers: [Answers],
      });
    const [one, two] = await Promise.all([start(true), start(false)]);
    const question = { executionId: 'same-id' };
    await Promise.all([
      one.app.get(Answers).answer(question, 'one'),
      two.app.get(Answers).answer(question, 'two'),
    ]);
    const ofOne = await updatesOf(one.streaming, 'same-id');
    const ofTwo = await updatesOf(two.streaming, 'same-id');
    expect([tokensOf(ofOne), tokensOf(ofTwo)]).toEqual([['one'], ['two']]);
    expect(ofOne[0]?.metadata?.['methodName']).toBe('answer');
    expect(ofTwo[0]?.metadata).not.toHaveProperty('methodName');

    const { updates } = await runStreamed(one.app.get(StreamingService), () =>
      two.app.get(Answers).answer({ executionId: 'of-two' }, 'called from one'),
    );
    expect(updates).toEqual([]);
    expect(tokensOf(await updatesOf(two.streaming, 'of-two'))).toEqual(['called from one']);
  });
});
