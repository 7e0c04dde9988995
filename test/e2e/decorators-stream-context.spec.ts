import { describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { from, lastValueFrom } from 'rxjs';
import {
  StreamAll,
  StreamContext,
  StreamEvent,
  StreamingService,
  StreamProgress,
} from '../../src/index.js';
import { dataOf, runStreamed } from '../support/decorated-calls.js';
import { startApp } from '../support/streaming-app.js';

describe('StreamContext', () => {
  @Injectable()
  class Manual {
    constructor(private readonly stream: StreamContext) {}

    @StreamEvent()
    async work(): Promise<string | undefined> {
      this.stream.token('by ');
      await Promise.resolve();
      StreamContext.current().token('hand');
      this.stream.emit('custom', { step: 1 });
      this.stream.progress({ current: 1, total: 4 }, 'a quarter');
      return this.stream.executionId;
    }

    @StreamProgress({ interval: 0 })
    async kept(): Promise<void> {
      const context = StreamContext.current();
      await lastValueFrom(from([1, 2]));
      context.progress(50);
    }

    @StreamEvent()
    waiting(): Promise<string> {
      const { signal } = this.stream;
      return new Promise((resolve) =>
        signal.addEventListener('abort', () => resolve('aborted'), { once: true }),
      );
    }
  }

  it('streams for the method and the execution that it is used in', async () => {
    const { app } = await startApp({ tokens: { flushIntervalMs: 0 } }, { providers: [Manual] });
    const manual = app.get(Manual);
    const { updates, result, executionId } = await runStreamed(app.get(StreamingService), () =>
      manual.work(),
    );
    expect(result).toBe(executionId);
    expect(updates.map(({ type, data }) => [type, data]).slice(1, -1)).toEqual([
      ['token', { content: 'by ' }],
      ['token', { content: 'hand' }],
      ['custom', { step: 1 }],
      ['progress', { current: 1, total: 4, progress: 25, message: 'a quarter' }],
    ]);
    expect(new Set(updates.map(({ metadata }) => metadata?.nodeId))).toEqual(new Set(['work']));
  });

  it('can be kept for code that runs elsewhere', async () => {
    const { app } = await startApp({}, { providers: [Manual] });
    const manual = app.get(Manual);
    const { updates } = await runStreamed(app.get(StreamingService), () => manual.kept());
    expect(dataOf(updates, 'progress')).toEqual([
      { progress: 0, text: '0.0%' },
      { progress: 50, text: '50.0%' },
      { progress: 100, text: '100.0%' },
    ]);
  });

  it('has the signal that aborts when the execution is cancelled', async () => {
    const { app, streaming } = await startApp({}, { providers: [Manual] });
    let result: Promise<string> | undefined;
    const { executionId, done } = streaming.run(() => (result = app.get(Manual).waiting()));
    for await (const { type } of streaming.follow(executionId)) {
      if (type === 'node:start') await streaming.cancel(executionId);
    }
    await done;
    expect(await result).toBe('aborted');
  });

  it.each<[string, (context: StreamContext) => void]>([
    ['null as a token', (context) => context.token(null as never)],
    ['a number as a token', (context) => context.token(42 as never)],
    ['progress that is no number', (context) => context.progress(Number.NaN)],
    ['progress without an end', (context) => context.progress(Number.POSITIVE_INFINITY)],
    ['units that are no number', (context) => context.progress({ current: Number.NaN, total: 1 })],
    ['a total that is no number', (context) => context.progress({ current: 1, total: Number.NaN })],
  ])('refuses %s, in a run and in a decorated method', async (_name, speak) => {
    @Injectable()
    class Speaking {
      @StreamAll()
      speak(): void {
        speak(StreamContext.current());
      }
    }
    const { app, streaming } = await startApp({}, { providers: [Speaking] });
    const refused = expect.objectContaining({ code: 'INVALID_PAYLOAD' });
    await runStreamed(streaming, () => {
      expect(() => speak(StreamContext.current())).toThrow(refused);
      expect(() => app.get(Speaking).speak()).toThrow(refused);
    });
  });

  it('refuses to speak for the execution itself', () => {
    expect(() => StreamContext.current().emit('workflow:end', { state: 'completed' })).toThrow(
      expect.objectContaining({ code: 'RESERVED_EVENT_TYPE' }),
    );
  });
});
