import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Injectable, Logger } from '@nestjs/common';
import {
  StreamAll,
  StreamEvent,
  StreamingService,
  StreamToken,
  type StreamedMessage,
  type StreamUpdate,
} from '../../src/index.js';
import { streamWithAi5, streamWithAi6 } from '../support/ai-sdk-streams.js';
import {
  collect,
  dataOf,
  runStreamed,
  tokensOf,
  typesOf,
  updatesOf,
} from '../support/decorated-calls.js';
import { onTestEnd, startApp } from '../support/streaming-app.js';

type Result = ReturnType<typeof streamWithAi6>;

const ANSWER = 'It is sunny.';
const VERSIONS: Readonly<Record<string, () => Result>> = {
  'AI SDK 5': streamWithAi5 as never,
  'AI SDK 6': streamWithAi6,
};

/** Each way in which a caller gets the text of a result. */
const READINGS: Readonly<Record<string, (result: Result) => Promise<unknown>>> = {
  text: async ({ text }) => text,
  steps: async ({ steps }) => (await steps).map(({ text }) => text).join(''),
  textStream: async ({ textStream }) => (await collect(textStream)).join(''),
  fullStream: async ({ fullStream }) => textOf(await collect(fullStream)),
  'two streams': async ({ fullStream, textStream }) => {
    const [text] = await Promise.all([collect(textStream), collect(fullStream)]);
    return text.join('');
  },
  'toUIMessageStream()': async (result) => deltasOf(await collect(result.toUIMessageStream())),
  'toTextStreamResponse()': async (result) => result.toTextStreamResponse().text(),
  'pipeTextStreamToResponse()': async (result) => bodyOf(result),
};

const textOf = (parts: readonly { type: string; text?: string }[]): string =>
  parts.map(({ type, text }) => (type === 'text-delta' ? text : '')).join('');
const deltasOf = (parts: readonly { type: string; delta?: unknown }[]): string =>
  parts.map(({ type, delta }) => (type === 'text-delta' ? String(delta) : '')).join('');

/** What a browser gets of a controller that pipes the result into its response. */
async function bodyOf(result: Result): Promise<string> {
  const server = createServer((_, response) => void result.pipeTextStreamToResponse(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestEnd(() => server.close());
  return (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)).text();
}

@Injectable()
class Answers {
  @StreamToken()
  answer(make: () => Result): Result {
    return make();
  }

  @StreamToken()
  async promised(make: () => Result): Promise<Result> {
    return make();
  }

  @StreamAll()
  outer(make: () => Result): Result {
    return this.answer(make);
  }

  @StreamEvent()
  observed(make: () => Result): Result {
    return make();
  }
}

describe.each(Object.entries(VERSIONS))(
  'a decorated method that returns a result of %s',
  (_, make) => {
    let streaming: StreamingService;
    let answers: Answers;
    let warnings: jest.SpiedFunction<Logger['warn']>;

    beforeEach(async () => {
      warnings = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
      const { app } = await startApp({ tokens: { flushIntervalMs: 0 } }, { providers: [Answers] });
      streaming = app.get(StreamingService);
      answers = app.get(Answers);
    });

    afterEach(() => {
      expect(warnings.mock.calls).toEqual([]);
      warnings.mockRestore();
    });

    const expectOnce = (updates: readonly StreamUpdate[]): void => {
      expect(tokensOf(updates)).toEqual(['It is ', 'sunny.']);
      const messages = dataOf(updates, 'messages') as StreamedMessage[];
      expect(messages.map(({ reasoning = '' }) => reasoning).join('')).toBe('Let me look.');
      expect(messages.filter(({ role }) => role === 'tool')).toHaveLength(1);
    };

    it.each(Object.entries(READINGS))(
      'streams it once when its caller reads %s',
      async (_way, read) => {
        const { updates, result } = await runStreamed(streaming, () => read(answers.answer(make)));
        expect(result).toBe(ANSWER);
        expectOnce(updates);
      },
    );

    it('streams it once when it comes out of a promise', async () => {
      const { updates } = await runStreamed(
        streaming,
        async () => (await answers.promised(make)).text,
      );
      expectOnce(updates);
    });

    it.each<[string, () => unknown]>([
      ['the result itself', () => answers.answer(make)],
      ['a promise of it', () => answers.promised(make)],
      ['its parts', () => answers.answer(make).fullStream],
      ['its UI messages', () => answers.answer(make).toUIMessageStream()],
      ['its response', () => answers.answer(make).toUIMessageStreamResponse()],
      ['the result of a decorated method around it', () => answers.outer(make)],
      ['its texts, passed on', () => relay(answers.answer(make).textStream)],
    ])('streams it once when a run returns %s', async (_name, source) => {
      const { executionId, done } = streaming.run(source);
      await done;
      expectOnce(
        (await updatesOf(streaming, executionId)).filter(({ type }) => !type.startsWith('node')),
      );
    });

    it('leaves it to the run when no decorator streams text', async () => {
      const { executionId, done } = streaming.run(() => answers.observed(make));
      await done;
      const updates = await updatesOf(streaming, executionId);
      expectOnce(updates);
      expect(typesOf(updates)).toContain('node:complete observed');
    });

    it('streams it in an execution of its own, though nobody reads it', async () => {
      const { updates } = await runStreamed(streaming, () => undefined);
      expect(updates).toEqual([]);
    });
  },
);

async function* relay(texts: AsyncIterable<string>): AsyncGenerator<string> {
  yield* texts;
}
