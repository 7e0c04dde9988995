import { PassThrough, Readable, Transform } from 'node:stream';
import { ReadableStream, TextEncoderStream, TransformStream } from 'node:stream/web';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { AIMessageChunk } from '@langchain/core/messages';
import { Injectable } from '@nestjs/common';
import { delay, filter, from, lastValueFrom, map, merge, Observable, of, toArray } from 'rxjs';
import {
  StreamAll,
  StreamContext,
  StreamEvent,
  StreamingService,
  StreamProgress,
  StreamToken,
  type StreamSource,
  type StreamUpdate,
} from '../../src/index.js';
import { collect, dataOf, tokensOf, typesOf, updatesOf } from '../support/decorated-calls.js';
import { startApp } from '../support/streaming-app.js';

const WORDS = ['You asked: ', 'why?'];
const CHUNKS = WORDS.map((content) => new AIMessageChunk({ id: 'm', content }));

@Injectable()
class Answers {
  @StreamAll()
  async *generator(): AsyncGenerator<string> {
    yield* WORDS;
  }

  @StreamAll()
  *syncGenerator(): Generator<string> {
    yield* WORDS;
  }

  @StreamAll()
  async promisedIterable(): Promise<AsyncIterable<string>> {
    return asyncItems(WORDS);
  }

  @StreamAll()
  iterable(): AsyncIterable<string> {
    return { [Symbol.asyncIterator]: () => asyncItems(WORDS)[Symbol.asyncIterator]() };
  }

  @StreamAll()
  observable(): Observable<string> {
    return from(WORDS);
  }

  @StreamAll()
  readable(): Readable {
    return Readable.from(WORDS);
  }

  @StreamAll()
  webStream(): ReadableStream<string> {
    return ReadableStream.from(WORDS);
  }

  @StreamAll()
  response(): Response {
    return responseOf(ReadableStream.from(WORDS));
  }

  @StreamAll()
  async *chunks(): AsyncGenerator<AIMessageChunk> {
    yield* CHUNKS;
  }

  @StreamAll()
  outer(): AsyncIterable<string> {
    return this.generator();
  }

  @StreamAll()
  async *outerGenerator(): AsyncGenerator<string> {
    for await (const word of this.outer()) yield word;
  }

  @StreamAll()
  outerObservable(): Observable<string> {
    return this.observable().pipe(map((word) => word));
  }

  /** A stream that reads the inner one ahead. */
  @StreamAll()
  readAhead(): Readable {
    return Readable.from(this.generator());
  }

  @StreamToken()
  async text(): Promise<string> {
    return WORDS.join('');
  }

  @StreamToken({ format: 'json' })
  async *numbers(): AsyncGenerator<number> {
    yield* [1, 1, 2];
  }

  @StreamEvent()
  async *events(): AsyncGenerator<object> {
    yield { type: 'events', data: 'found' };
    yield { type: 'events', data: 'read' };
  }

  @StreamEvent()
  async *outerEvents(): AsyncGenerator<object> {
    yield* this.events();
  }

  @StreamProgress({ interval: 0 })
  async *progress(): AsyncGenerator<object> {
    yield { type: 'progress', progress: 50 };
  }
}

function asyncItems<T>(items: readonly T[]): AsyncGenerator<T> {
  return (async function* () {
    yield* items;
  })();
}

describe('what a decorated method streams, whoever reads it', () => {
  let streaming: StreamingService;
  let answers: Answers;

  beforeEach(async () => {
    const { app } = await startApp({ tokens: { flushIntervalMs: 0 } }, { providers: [Answers] });
    streaming = app.get(StreamingService);
    answers = app.get(Answers);
  });

  const stream = async (source: StreamSource): Promise<StreamUpdate[]> => {
    const { executionId, done } = streaming.run(source, { owner: { principalId: 'ada' } });
    await done;
    return updatesOf(streaming, executionId);
  };

  it.each<[string, (service: Answers) => unknown]>([
    ['a generator', (service) => service.generator()],
    ['a synchronous generator', (service) => service.syncGenerator()],
    ['a promise of an iterable', (service) => service.promisedIterable()],
    ['an iterable', (service) => service.iterable()],
    ['an Observable', (service) => service.observable()],
    ['a stream of Node', (service) => service.readable()],
    ['a web stream', (service) => service.webStream()],
    ['message chunks', (service) => service.chunks()],
    ['a promise of a generator', async (service) => service.generator()],
    ['the stream of another decorated method', (service) => service.outer()],
    ['a generator that passes two others on', (service) => service.outerGenerator()],
    ['an Observable that passes another on', (service) => service.outerObservable()],
    ['a stream that reads another ahead', (service) => service.readAhead()],
    ['a plain generator that passes it on', (service) => relay(service)],
    ['a filter', (service) => service.observable().pipe(filter(() => true))],
    ['a delay', (service) => service.observable().pipe(delay(1))],
    ['a merge', (service) => merge(service.observable(), of<string>())],
    ['a stream that is piped', (service) => service.readable().pipe(passThrough())],
    [
      'a web stream that is piped',
      (service) => service.webStream().pipeThrough(new TransformStream()),
    ],
    ['a response', (service) => service.response()],
    ['a promise of a response', async (service) => service.response()],
    ['a response of bytes', (service) => responseOf(service.webStream())],
    ['a web stream of bytes', (service) => encoded(service.webStream())],
    ['a web stream as one of Node', (service) => Readable.fromWeb(service.webStream())],
    ['a stream that is piped as bytes', (service) => service.readable().pipe(new PassThrough())],
    ['a branch of a web stream', (service) => service.webStream().tee()[0]],
    ['an Observable of a generator', (service) => from(service.generator())],
    ['a stream of a generator', (service) => Readable.from(service.generator())],
    ['a web stream of a generator', (service) => ReadableStream.from(service.generator())],
  ])('is streamed once when a run returns %s', async (_name, make) => {
    const updates = await stream(() => make(answers));
    expect(tokensOf(updates)).toEqual(WORDS);
  });

  it.each<[string, (service: Answers) => StreamSource]>([
    ['a generator', (service) => service.generator()],
    ['a synchronous generator', (service) => service.syncGenerator()],
    ['an Observable', (service) => service.observable()],
    ['a stream of Node', (service) => service.readable()],
    ['a web stream', (service) => service.webStream()],
  ])('is streamed once when %s is the source itself', async (_name, make) => {
    expect(tokensOf(await stream(make(answers)))).toEqual(WORDS);
  });

  it('comes from the decorator, with its node, events and progress', async () => {
    expect(typesOf(await stream(() => answers.generator()))).toEqual([
      'node:start generator',
      'progress generator',
      'token generator',
      'token generator',
      'progress generator',
      'node:complete generator',
    ]);
  });

  it('belongs to the run that reads a generator, also when it was made outside of it', async () => {
    const updates = await stream(answers.generator());
    expect(typesOf(updates)).toContain('node:complete generator');
  });

  it('is streamed once as events, however deep', async () => {
    const updates = await stream(() => answers.outerEvents());
    expect(dataOf(updates, 'events')).toEqual(['found', 'read']);
  });

  it('is streamed once as progress', async () => {
    const updates = await stream(() => answers.progress());
    expect(
      dataOf(updates, 'progress').map((data) => (data as { progress: number }).progress),
    ).toEqual([0, 50, 100]);
  });

  it('is streamed once for each time that it is yielded, equal or not', async () => {
    const updates = await stream(() => answers.numbers());
    expect(tokensOf(updates)).toEqual(['1\n', '1\n', '2\n']);
    expect(dataOf(updates, 'custom')).toEqual([]);
  });

  it('is not repeated by a run that returns a text, which is its result', async () => {
    expect(tokensOf(await stream(() => answers.text()))).toEqual([WORDS.join('')]);
  });

  it('leaves to the run what no decorator streams', async () => {
    @Injectable()
    class Partly {
      @StreamEvent({ events: ['events'] })
      async *mixed(): AsyncGenerator {
        yield 'text';
        yield { type: 'events', data: 'event' };
        yield { type: 'updates', data: 'update' };
        yield { any: 'thing' };
      }
    }
    const { app } = await startApp({ tokens: { flushIntervalMs: 0 } }, { providers: [Partly] });
    const service = app.get(StreamingService);
    const { executionId } = service.run(() => app.get(Partly).mixed());
    expect((await updatesOf(service, executionId)).map(({ type, data }) => [type, data])).toEqual([
      ['token', { content: 'text' }],
      ['events', 'event'],
      ['updates', 'update'],
      ['custom', { any: 'thing' }],
    ]);
  });

  it('is another value once it is changed, and so is streamed as well', async () => {
    const updates = await stream(() =>
      answers.observable().pipe(map((word) => word.toUpperCase())),
    );
    expect(tokensOf(updates, 'observable')).toEqual(WORDS);
    expect(tokensOf(updates)).toEqual(WORDS.flatMap((word) => [word, word.toUpperCase()]));
  });

  it('does not hide a text that is merely equal', async () => {
    const updates = await stream(async function* () {
      await collect(answers.generator());
      yield 'Summary: ';
      yield* WORDS;
    });
    expect(tokensOf(updates)).toEqual([...WORDS, 'Summary: ', ...WORDS]);
  });

  it('does not hide what is streamed by hand', async () => {
    const updates = await stream(async () => {
      await answers.text();
      StreamContext.current().token('more');
    });
    expect(tokensOf(updates)).toEqual([WORDS.join(''), 'more']);
  });

  it('is streamed into each execution that it is read in', async () => {
    const source = answers.observable();
    const [one, other] = [await stream(() => source), await stream(() => source)];
    expect([tokensOf(one), tokensOf(other)]).toEqual([WORDS, WORDS]);
  });

  it('stays the stream that its caller expects', async () => {
    expect(await lastValueFrom(answers.observable().pipe(toArray()))).toEqual(WORDS);
  });
});

function encoded(texts: ReadableStream<string>): ReadableStream<Uint8Array> {
  return texts.pipeThrough(new TextEncoderStream());
}

function responseOf(texts: ReadableStream<string>): Response {
  // Node's stream and that of the DOM's types are the same, except for the types of their readers.
  return new Response(encoded(texts) as unknown as ConstructorParameters<typeof Response>[0]);
}

async function* relay(service: Answers): AsyncGenerator<string> {
  for await (const word of service.generator()) yield word;
}

const passThrough = (): Transform =>
  new Transform({ objectMode: true, transform: (chunk, _encoding, done) => done(null, chunk) });
