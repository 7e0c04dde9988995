import { describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import {
  StreamContext,
  StreamingService,
  StreamToken,
  type StreamingModuleOptions,
  type StreamTokenOptions,
  type StreamUpdate,
} from '../../src/index.js';
import {
  collect,
  dataOf,
  runDecorated,
  runStreamed,
  tokensOf,
  typesOf,
} from '../support/decorated-calls.js';
import { startApp } from '../support/streaming-app.js';

/** What a generator with these options streams for these tokens. */
async function streamTokens(
  options: StreamTokenOptions,
  tokens: readonly unknown[],
  module: StreamingModuleOptions = { tokens: { flushIntervalMs: 0 } },
): Promise<StreamUpdate[]> {
  @Injectable()
  class Source {
    @StreamToken(options)
    async *tokens(): AsyncGenerator {
      yield* tokens;
    }
  }
  return runDecorated(Source, (source) => collect(source.tokens()), module);
}

describe('@StreamToken', () => {
  it('streams nothing when it is not enabled', async () => {
    expect(await streamTokens({ enabled: false }, ['a'])).toEqual([]);
  });

  it('names the node', async () => {
    expect(typesOf(await streamTokens({ nodeId: 'writer:1' }, ['a']))).toEqual(['token writer:1']);
  });

  it('joins tokens for the flush interval, and sends the first at once', async () => {
    const module = { tokens: { flushIntervalMs: 0 } };
    const tokens = 'abcdefgh'.split('');
    expect(tokensOf(await streamTokens({ flushInterval: 60_000 }, tokens, module))).toEqual([
      'a',
      'bcdefgh',
    ]);
    expect(tokensOf(await streamTokens({ flushInterval: 0 }, tokens, {}))).toEqual(tokens);
  });

  it('prefers the name that ends in Ms, in the decorator and in the module', async () => {
    const tokens = 'abc'.split('');
    const joined = { flushInterval: 0, flushIntervalMs: 60_000 };
    expect(tokensOf(await streamTokens(joined, tokens))).toEqual(['a', 'bc']);
    const module = { decorators: { token: { flushIntervalMs: 60_000 } } };
    expect(tokensOf(await streamTokens({}, tokens, module))).toEqual(['a', 'bc']);
    expect(tokensOf(await streamTokens({ flushInterval: 0 }, tokens, module))).toEqual(tokens);
    const former = { decorators: { token: { flushInterval: 60_000 } } };
    expect(tokensOf(await streamTokens({ flushIntervalMs: 0 }, tokens, former))).toEqual(tokens);
  });

  it.each(['text', 'structured'] as const)('sends no half of a character (%s)', async (format) => {
    const updates = await streamTokens({ format }, 'a👋'.split(''));
    expect(tokensOf(updates)).toEqual(['a', '👋']);
    const cut = await streamTokens({ format }, ['a', '👋'.charAt(0)]);
    expect(tokensOf(cut)).toEqual(['a', '\uFFFD']);
  });

  it('joins no more tokens than the batch size, and loses none', async () => {
    const options = { flushInterval: 60_000, batchSize: 3 };
    expect(tokensOf(await streamTokens(options, 'abcdefgh'.split('')))).toEqual([
      'a',
      'bcd',
      'efg',
      'h',
    ]);
  });

  it('tells class and method in the metadata', async () => {
    const [update] = await streamTokens({ includeMetadata: true }, ['a']);
    expect(update?.metadata).toMatchObject({ className: 'Source', methodName: 'tokens' });
    const [plain] = await streamTokens({}, ['a']);
    expect(Object.keys(plain?.metadata ?? {}).sort()).toEqual([
      'executionId',
      'nodeId',
      'sequenceNumber',
      'timestamp',
    ]);
  });

  it('never lets metadata of a token replace what the library writes', async () => {
    @Injectable()
    class Source {
      @StreamToken({ includeMetadata: true })
      method(): void {
        StreamContext.current().token('a', {
          metadata: { executionId: 'forged', sequenceNumber: 99, own: 1 },
        });
      }
    }
    const { app } = await startApp({}, { providers: [Source] });
    const { updates, executionId } = await runStreamed(app.get(StreamingService), () =>
      app.get(Source).method(),
    );
    expect(updates[0]?.metadata).toMatchObject({ executionId, sequenceNumber: 2, own: 1 });
  });

  it('streams what the processor makes of a token', async () => {
    const seen: unknown[] = [];
    const processor: StreamTokenOptions['processor'] = (token, metadata) => {
      seen.push([metadata.nodeId, metadata.index]);
      return token === 'b' ? '' : token.toUpperCase();
    };
    expect(tokensOf(await streamTokens({ processor }, 'abc'.split('')))).toEqual(['A', 'C']);
    expect(seen).toEqual([
      ['tokens', 0],
      ['tokens', 1],
      ['tokens', 1],
    ]);
  });

  it('streams as text, as lines of JSON or as counted tokens', async () => {
    const items = ['a', { content: 'b' }, { other: 1 }];
    expect(tokensOf(await streamTokens({ format: 'text' }, items))).toEqual(['a', 'b']);
    expect(tokensOf(await streamTokens({ format: 'json' }, items))).toEqual([
      '"a"\n',
      '{"content":"b"}\n',
      '{"other":1}\n',
    ]);
    const structured = await streamTokens({ format: 'structured' }, items, {});
    expect(dataOf(structured, 'token')).toEqual([
      { content: 'a', index: 0, totalTokens: 1 },
      { content: 'b', index: 1, totalTokens: 2 },
    ]);
  });

  it('leaves out tokens by length', async () => {
    const filter = { minLength: 2, maxLength: 3 };
    expect(tokensOf(await streamTokens({ filter }, ['a', 'bb', 'ccc', 'dddd']))).toEqual([
      'bb',
      'ccc',
    ]);
  });

  it('keeps words apart when it leaves out white space', async () => {
    const filter = { excludeWhitespace: true };
    const updates = await streamTokens({ filter }, ['Hello', ' ', 'world', '\n', '\n', '!', ' ']);
    expect(tokensOf(updates)).toEqual(['Hello', ' world', '\n\n!']);
  });

  it.each([/[a-z]/g, /[a-z]/y, /[a-z]/])(
    'judges every token by the same pattern %s',
    async (pattern) => {
      const updates = await streamTokens({ filter: { pattern } }, ['a', 'b', '1', 'c', 'd']);
      expect(tokensOf(updates)).toEqual(['a', 'b', 'c', 'd']);
    },
  );
});
