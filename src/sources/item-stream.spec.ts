import { describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { AIMessageChunk } from '@langchain/core/messages';
import { RecordingContext } from '../../test/support/recording-context.js';
import { StreamEventType } from '../protocol/stream-event-type.js';
import { isReservedEvent } from '../protocol/thread-event-name.js';
import { ItemStream } from './item-stream.js';

function updatesOf(item: unknown) {
  const context = new RecordingContext();
  new ItemStream([item], context).accept(item);
  return context.updates;
}

/** Something of which one property throws when it is read. */
function unreadable(name: string, rest: object = {}): object {
  const get = (): never => {
    throw new Error('This cannot be read.');
  };
  return Object.defineProperty({ ...rest }, name, { get, enumerable: true });
}

const REVOKED: object = (() => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
})();

const TYPES = Object.values(StreamEventType);
const RESERVED_TYPES = TYPES.filter(isReservedEvent);
const OTHER_TYPES = TYPES.filter(
  (type) => !isReservedEvent(type) && type !== StreamEventType.TOKEN,
);

describe('an item', () => {
  it('that is a text is a token', () => {
    expect(updatesOf('hi')).toEqual([{ type: 'token', data: { content: 'hi' } }]);
  });

  it.each([
    [{ content: 'hi' }, { content: 'hi' }],
    [
      { content: 'hi', id: 'm1', role: 'assistant' },
      { content: 'hi', messageId: 'm1', role: 'assistant' },
    ],
    [
      new AIMessageChunk({ id: 'm1', content: 'hi' }),
      { content: 'hi', messageId: 'm1', role: 'assistant' },
    ],
    [{ content: [{ type: 'text', text: 'h' }, 'i'] }, { content: 'hi' }],
  ])('that has a text as its content is a token: %j', (item, data) => {
    expect(updatesOf(item)).toEqual([{ type: 'token', data }]);
  });

  it.each(OTHER_TYPES)('may be an update of type %s', (type) => {
    const item = { type, data: { any: 1 }, metadata: { nodeId: 'n', agentType: 'writer' } };
    expect(updatesOf(item)).toEqual([
      { type, data: { any: 1 }, nodeId: 'n', metadata: { agentType: 'writer' } },
    ]);
  });

  it.each([
    ['hi', { content: 'hi' }],
    [
      { content: 'hi', role: 'user', messageId: 'm1' },
      { content: 'hi', role: 'user', messageId: 'm1' },
    ],
  ])('may be an update of type token: %j', (data, expected) => {
    expect(updatesOf({ type: 'token', data, metadata: { nodeId: 'n' } })).toEqual([
      { type: 'token', data: expected, nodeId: 'n' },
    ]);
  });

  it('that says it is a token but has no text is custom', () => {
    expect(updatesOf({ type: 'token', data: 42 })).toEqual([{ type: 'custom', data: 42 }]);
  });

  it.each<[string, object, unknown]>([
    ['type', unreadable('type', { data: 1 }), { type: '[Unreadable]', data: 1 }],
    ['data', unreadable('data', { type: 'custom' }), { type: 'custom', data: '[Unreadable]' }],
    ['content', unreadable('content'), { content: '[Unreadable]' }],
    [
      'content of a token',
      { type: 'token', data: unreadable('content') },
      { type: 'token', data: { content: '[Unreadable]' } },
    ],
    ['nodeId', { type: 'custom', data: 1, metadata: unreadable('nodeId') }, 1],
    ['getType', unreadable('getType', { content: 'x' }), { content: 'x', getType: '[Unreadable]' }],
    ['constructor', Object.create(unreadable('constructor')) as object, {}],
    ['proxy', REVOKED, '[Unreadable]'],
  ])('whose %s cannot be read is custom, without that', (_name, item, data) => {
    expect(updatesOf(item)).toMatchObject([{ type: 'custom', data }]);
  });

  it.each(RESERVED_TYPES)('cannot announce %s', (type) => {
    const item = { type, data: { state: 'completed' } };
    expect(updatesOf(item)).toEqual([{ type: 'custom', data: item }]);
  });

  it('that tells its progress is progress', () => {
    expect(updatesOf({ type: 'progress', progress: 10, message: 'm', step: 2 })).toEqual([
      { type: 'progress', data: { progress: 10, message: 'm', step: 2 } },
    ]);
  });

  it.each([
    42,
    null,
    true,
    ['a'],
    { any: 1 },
    { type: 'unknown', data: 1 },
    { type: 'updates' },
    { type: 'progress', progress: 'far' },
    { content: 42 },
    { content: ['a', 1] },
  ])('of any other shape is custom: %j', (item) => {
    expect(updatesOf(item)).toEqual([{ type: 'custom', data: item }]);
  });
});

function streamOf(items: readonly unknown[]): RecordingContext {
  const context = new RecordingContext();
  const stream = new ItemStream(items, context);
  for (const item of items) stream.accept(item);
  stream.end();
  return context;
}

describe('bytes', () => {
  const TEXT = 'Grüße, 世界 👋!';

  it.each([1, 2, 3, 5, 100])('are text, wherever they are cut: every %d bytes', (size) => {
    const bytes = Buffer.from(TEXT);
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
      bytes.subarray(index * size, (index + 1) * size),
    );
    const context = streamOf(chunks);
    expect(context.text()).toBe(TEXT);
    expect(context.of('token').every(({ data }) => isWellFormed(data))).toBe(true);
    expect(context.of('custom')).toEqual([]);
  });

  it.each([
    ['a buffer', Buffer.from('hi')],
    ['an array of bytes', new Uint8Array([104, 105])],
    ['the memory itself', new Uint8Array([104, 105]).buffer],
  ])('may come as %s', (_name, item) => {
    expect(streamOf([item]).text()).toBe('hi');
  });

  it.each(['Dear', 'dear', 'in', 'ever', 'ready', 'A', ' '])(
    'are told at once, since they are not the beginning of an event: %s',
    (word) => {
      const context = new RecordingContext();
      const stream = new ItemStream([], context);
      stream.accept(Buffer.from(`${word} reader`));
      expect(context.text()).toBe(`${word} reader`);
    },
  );

  it('are Base64 when they are no text, and from then on', () => {
    const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47]);
    expect(streamOf(['text', png, Buffer.from('hi')]).updates).toEqual([
      { type: 'token', data: { content: 'text' } },
      { type: 'custom', data: 'iVBORw==' },
      { type: 'custom', data: 'aGk=' },
    ]);
  });

  it('lose nothing when they end within a character', () => {
    const [begun] = [Buffer.from('é').subarray(0, 1)];
    expect(streamOf([Buffer.from('a'), begun]).updates).toEqual([
      { type: 'token', data: { content: 'a' } },
      { type: 'custom', data: 'ww==' },
    ]);
  });

  it('are Base64 within an item', () => {
    expect(updatesOf({ image: new Uint8Array([1, 2]) })).toEqual([
      { type: 'custom', data: { image: 'AQI=' } },
    ]);
    expect(updatesOf({ type: 'events', data: { image: new Uint8Array([1, 2]) } })).toEqual([
      { type: 'events', data: { image: 'AQI=' } },
    ]);
  });
});

describe('bytes that look like lines of objects', () => {
  it.each([
    ['JSON', '{"any": 1}\n{"any": 2}\n'],
    ['JSON without an end', '{"any": 1'],
    ['events of nobody', 'event: mine\ndata: {"any": 1}\n\n'],
    ['data of nobody', 'data: the temperature is 20\n'],
    ['a word that begins as an event', 'event'],
    ['empty lines', '\n\nA text'],
    ['a comment', ': a text with a colon\nand more'],
  ])('stay text, and none of it is lost: %s', (_name, text) => {
    for (const size of [1, 7, 1_000]) {
      const bytes = Buffer.from(text);
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
        bytes.subarray(index * size, (index + 1) * size),
      );
      expect(streamOf(chunks).text()).toBe(text);
    }
  });
});

describe('a stream that an SDK says failed', () => {
  it.each([
    ['AI SDK', [{ type: 'start' }, { type: 'error', error: new Error('quota') }]],
    ['AI SDK UI', [{ type: 'start' }, { type: 'error', errorText: 'quota' }]],
    [
      'OpenAI',
      [
        { type: 'response.created', response: { id: 'r' } },
        { type: 'response.failed', response: { id: 'r', error: { message: 'quota' } } },
      ],
    ],
    [
      'Anthropic',
      [
        { type: 'message_start', message: { id: 'm' } },
        { type: 'error', error: { type: 'overloaded_error', message: 'quota' } },
      ],
    ],
  ])('fails: %s', (_name, items) => {
    expect(() => streamOf(items)).toThrow('quota');
  });

  it('is no matter of an application whose items merely have these types', () => {
    const items = [{ type: 'error', error: 'mine' }, { type: 'ping' }, { type: 'finish', at: 1 }];
    expect(streamOf(items).updates).toEqual(items.map((data) => ({ type: 'custom', data })));
  });
});

describe('an item of an SDK that is not known', () => {
  class Chunk {
    readonly words = 'hi';
  }

  it.each([
    ['its type', { type: 'acme.delta', words: 'hi' }, 'type "acme.delta"'],
    ['its class', new Chunk(), 'class Chunk'],
    ['its event', { event: 'acme', words: 'hi' }, 'event "acme"'],
  ])('is custom, and logged once with advice, by %s', (_name, item, kind) => {
    const warnings = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    expect(streamOf([item, item]).types).toEqual(['custom', 'custom']);
    streamOf([item]);
    expect(warnings.mock.calls).toEqual([[expect.stringContaining(kind)]]);
    warnings.mockRestore();
  });

  it.each([[{ step: 1 }], [[1, 2]], [{ type: 'progress', progress: 1 }], [7]])(
    'is not what an application yields itself: %j',
    (item) => {
      const warnings = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
      streamOf([item]);
      expect(warnings).not.toHaveBeenCalled();
      warnings.mockRestore();
    },
  );
});

function isWellFormed(data: unknown): boolean {
  const { content } = data as { content: string };
  return content === Buffer.from(content).toString();
}
