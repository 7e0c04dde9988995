import { EventEmitter } from 'node:events';
import { PassThrough, Readable, Writable } from 'node:stream';
import { text as readText } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { ReadableStream, TransformStream, WritableStream } from 'node:stream/web';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable } from '@nestjs/common';
import { firstValueFrom, from, lastValueFrom, map, Observable, reduce, take } from 'rxjs';
import { StreamAll, StreamingService, type StreamUpdate } from '../../src/index.js';
import { ExecutionRegistry } from '../../src/executions/execution-registry.js';
import { collect, dataOf, tokensOf, typesOf, updatesOf } from '../support/decorated-calls.js';
import { startApp } from '../support/streaming-app.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const TEXT = 'Grüße aus Rom 👋';
const PARTS = ['Grüße ', 'aus ', 'Rom 👋'];
/** The same, cut within characters. */
const BYTES = [0, 5, 11, 17].map(
  (start, index, cuts) => new Uint8Array(Buffer.from(TEXT).subarray(start, cuts[index + 1])),
);

const bytesOf = (): Uint8Array[] => BYTES.map((part) => new Uint8Array(part));

/** A file as the file system gives it: bytes, produced on demand. */
function readableOf(parts: readonly unknown[], objectMode: boolean): Readable {
  const left = [...parts];
  return new Readable({
    objectMode,
    read() {
      this.push(left.shift() ?? null);
    },
  });
}

function webStreamOf(parts: readonly unknown[], type?: 'bytes'): ReadableStream {
  const left = [...parts];
  const pull = (controller: { enqueue(part: never): void; close(): void }): void => {
    const part = left.shift();
    if (part === undefined) controller.close();
    else controller.enqueue(part as never);
  };
  return type ? new ReadableStream({ type, pull }) : new ReadableStream({ pull });
}

@Injectable()
class Streams {
  @StreamAll()
  webStream(): ReadableStream<string> {
    return webStreamOf(PARTS) as ReadableStream<string>;
  }

  @StreamAll()
  byteStream(): ReadableStream<Uint8Array> {
    return webStreamOf(bytesOf(), 'bytes') as ReadableStream<Uint8Array>;
  }

  @StreamAll()
  readable(): Readable {
    return readableOf(PARTS, true);
  }

  @StreamAll()
  byteReadable(): Readable {
    return readableOf(bytesOf(), false);
  }

  @StreamAll()
  response(): Response {
    return new Response(webStreamOf(bytesOf(), 'bytes') as unknown as BodyInit, {
      status: 201,
      headers: { 'x-own': 'kept' },
    });
  }

  @StreamAll()
  *syncGenerator(): Generator<string, string> {
    yield* PARTS;
    return 'returned';
  }

  @StreamAll()
  async *generator(): AsyncGenerator<string> {
    yield* PARTS;
  }

  @StreamAll()
  observable(): Observable<string> {
    return from(PARTS);
  }

  @StreamAll()
  async promised(): Promise<ReadableStream<string>> {
    return webStreamOf(PARTS) as ReadableStream<string>;
  }
}

type Read = (streams: Streams) => unknown;

const decode = (chunks: readonly Uint8Array[]): string => Buffer.concat(chunks).toString();

async function readAll(reader: {
  read(): Promise<{ done: boolean; value?: unknown }>;
}): Promise<unknown[]> {
  const values: unknown[] = [];
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    values.push(next.value);
  }
  return values;
}

function sink(values: unknown[]): Writable {
  return new Writable({
    objectMode: true,
    write: (chunk, _encoding, done) => {
      values.push(chunk);
      done();
    },
  });
}

const emitted = (source: Readable, values: unknown[], event: string): Promise<unknown[]> => {
  source.on('data', (value) => values.push(value));
  return EventEmitter.once(source, event).then(() => values);
};

const joined = async (values: Promise<unknown[]> | unknown[]): Promise<string> =>
  (await values).join('');

const asWeb = (source: ReadableStream): never => source as never;

const WAYS: Readonly<Record<string, Readonly<Record<string, Read>>>> = {
  webStream: {
    'getReader()': (streams) => joined(readAll(streams.webStream().getReader())),
    'for await': (streams) => joined(collect(streams.webStream())),
    'values()': (streams) => joined(collect(streams.webStream().values({ preventCancel: true }))),
    'pipeTo()': async (streams) => {
      const values: unknown[] = [];
      await streams
        .webStream()
        .pipeTo(new WritableStream({ write: (part) => void values.push(part) }));
      return joined(values);
    },
    'pipeThrough()': (streams) =>
      joined(
        collect(streams.webStream().pipeThrough(new TransformStream()) as AsyncIterable<string>),
      ),
    'tee()': async (streams) => {
      const [one, other] = streams.webStream().tee();
      expect(await joined(collect(one))).toBe(TEXT);
      return joined(collect(other));
    },
    'Readable.fromWeb()': (streams) =>
      joined(collect(Readable.fromWeb(asWeb(streams.webStream()), { objectMode: true }))),
    'a promise': async (streams) => joined(collect(await streams.promised())),
  },
  byteStream: {
    'getReader()': async (streams) =>
      decode((await readAll(streams.byteStream().getReader())) as Uint8Array[]),
    'getReader({ mode: byob })': async (streams) => {
      const reader = streams.byteStream().getReader({ mode: 'byob' });
      const values: Uint8Array[] = [];
      for (;;) {
        const { done, value } = await reader.read(new Uint8Array(7));
        if (done) return decode(values);
        values.push(value);
      }
    },
    'new Response()': (streams) => new Response(asWeb(streams.byteStream())).text(),
    'pipeThrough(TextDecoderStream)': (streams) =>
      joined(
        collect(
          streams
            .byteStream()
            .pipeThrough(new TextDecoderStream() as never) as AsyncIterable<string>,
        ),
      ),
    'Readable.fromWeb()': (streams) => readText(Readable.fromWeb(asWeb(streams.byteStream()))),
  },
  readable: {
    "on('data')": (streams) => joined(emitted(streams.readable(), [], 'end')),
    "on('readable')": async (streams) => {
      const source = streams.readable();
      const values: unknown[] = [];
      source.on('readable', () => {
        for (let part: unknown = source.read(); part !== null; part = source.read())
          values.push(part);
      });
      await EventEmitter.once(source, 'end');
      return joined(values);
    },
    'pipe()': (streams) =>
      joined(collect(streams.readable().pipe(new PassThrough({ objectMode: true })))),
    'pipeline()': async (streams) => {
      const values: unknown[] = [];
      await pipeline(streams.readable(), sink(values));
      return joined(values);
    },
    'pipeline() of a generator': async (streams) => {
      const values: unknown[] = [];
      await pipeline(
        streams.readable(),
        async function* (source: AsyncIterable<string>) {
          yield* source;
        },
        sink(values),
      );
      return joined(values);
    },
    'for await': (streams) => joined(collect(streams.readable())),
    'Readable.toWeb()': (streams) =>
      joined(collect(Readable.toWeb(streams.readable()) as AsyncIterable<string>)),
    'toArray()': (streams) => joined(streams.readable().toArray()),
    'map()': (streams) =>
      joined(
        streams
          .readable()
          .map((part: string) => part)
          .toArray(),
      ),
  },
  byteReadable: {
    "on('data')": async (streams) =>
      decode((await emitted(streams.byteReadable(), [], 'end')) as Uint8Array[]),
    'setEncoding()': (streams) =>
      joined(emitted(streams.byteReadable().setEncoding('utf8'), [], 'end')),
    'stream/consumers': (streams) => readText(streams.byteReadable()),
    'new Response(Readable.toWeb())': (streams) =>
      new Response(asWeb(Readable.toWeb(streams.byteReadable()))).text(),
  },
  response: {
    'text()': (streams) => streams.response().text(),
    'arrayBuffer()': async (streams) =>
      decode([new Uint8Array(await streams.response().arrayBuffer())]),
    'blob()': async (streams) => (await streams.response().blob()).text(),
    'clone()': async (streams) => {
      const response = streams.response();
      const copy = response.clone();
      expect(await response.text()).toBe(TEXT);
      return copy.text();
    },
    'body.getReader()': async (streams) => {
      const reader = streams.response().body?.getReader();
      return decode((await readAll(reader as never)) as Uint8Array[]);
    },
  },
  syncGenerator: {
    'for of': (streams) => {
      let text = '';
      for (const part of streams.syncGenerator()) text += part;
      return text;
    },
    spread: (streams) => [...streams.syncGenerator()].join(''),
    'Array.from()': (streams) => Array.from(streams.syncGenerator()).join(''),
    'next()': (streams) => {
      const generator = streams.syncGenerator();
      let text = '';
      let next = generator.next();
      for (; !next.done; next = generator.next()) text += next.value;
      expect(next.value).toBe('returned');
      return text;
    },
    'yield*': (streams) =>
      [
        ...(function* () {
          expect(yield* streams.syncGenerator()).toBe('returned');
        })(),
      ].join(''),
    'Readable.from()': (streams) => joined(collect(Readable.from(streams.syncGenerator()))),
    'for await': (streams) => joined(collect(Readable.from(streams.syncGenerator()))),
  },
  generator: {
    'for await': (streams) => joined(collect(streams.generator())),
    'next()': async (streams) => {
      const generator = streams.generator();
      let text = '';
      for (let next = await generator.next(); !next.done; next = await generator.next()) {
        text += next.value;
      }
      return text;
    },
    'Readable.from()': (streams) => joined(collect(Readable.from(streams.generator()))),
    'ReadableStream.from()': (streams) => joined(collect(ReadableStream.from(streams.generator()))),
    'pipeline()': async (streams) => {
      const values: unknown[] = [];
      await pipeline(streams.generator(), sink(values));
      return joined(values);
    },
  },
  observable: {
    'subscribe()': (streams) =>
      new Promise<string>((resolve) => {
        let text = '';
        streams.observable().subscribe({
          next: (part) => (text += part),
          complete: () => resolve(text),
        });
      }),
    'forEach()': async (streams) => {
      let text = '';
      await streams.observable().forEach((part) => (text += part));
      return text;
    },
    'pipe()': (streams) =>
      lastValueFrom(
        streams.observable().pipe(
          map((part) => part),
          reduce((text, part) => text + part, ''),
        ),
      ),
    'from()': (streams) =>
      lastValueFrom(from(streams.observable()).pipe(reduce((text, part) => text + part))),
  },
};

const ROWS = Object.entries(WAYS).flatMap(([shape, ways]) =>
  Object.entries(ways).map(([way, read]) => [shape, way, read] as const),
);

describe('a decorated method that returns a stream', () => {
  let streaming: StreamingService;
  let streams: Streams;
  let executions: ExecutionRegistry;

  beforeEach(async () => {
    const { app } = await startApp({ tokens: { flushIntervalMs: 0 } }, { providers: [Streams] });
    streaming = app.get(StreamingService);
    streams = app.get(Streams);
    executions = app.get(ExecutionRegistry);
  });

  /** What is streamed within a run while `work` goes on. */
  const during = async (
    work: (streams: Streams) => unknown,
  ): Promise<{ updates: StreamUpdate[]; result: unknown }> => {
    let result: unknown;
    const { executionId, done } = streaming.run(async () => {
      result = await work(streams);
    });
    await done;
    return { updates: await updatesOf(streaming, executionId), result };
  };

  it.each(ROWS)('streams, and hands out, all of it: %s by %s', async (shape, way, read) => {
    const { updates, result } = await during(read);
    expect(result).toBe(TEXT);
    expect(tokensOf(updates).join('')).toBe(TEXT);
    const node = way === 'a promise' ? 'promised' : shape;
    expect(typesOf(updates).at(-1)).toBe(`node:complete ${node}`);
    expect(dataOf(updates, 'custom')).toEqual([]);
  });

  it.each(ROWS)('ends the execution that it opened: %s by %s', async (_shape, _way, read) => {
    const opened: string[] = [];
    executions.onOpened((executionId) => opened.push(executionId));
    expect(await read(streams)).toBe(TEXT);
    await turn();
    expect(opened).toHaveLength(1);
    expect(executions.active()).toEqual([]);
  });

  it('keeps what a response says of itself', async () => {
    const { result } = await during(() => {
      const { status, ok, headers } = streams.response();
      return [status, ok, headers.get('x-own')];
    });
    expect(result).toEqual([201, true, 'kept']);
  });

  describe('that is not read to its end', () => {
    it.each<[string, Read]>([
      ['webStream', (service) => service.webStream().cancel()],
      [
        'webStream',
        async (service) => {
          const reader = service.webStream().getReader();
          await reader.read();
          await reader.cancel();
        },
      ],
      ['byteStream', (service) => service.byteStream().cancel()],
      ['response', (service) => service.response().body?.cancel()],
      [
        'readable',
        async (service) => {
          const source = service.readable();
          source.destroy();
          await EventEmitter.once(source, 'close');
        },
      ],
      [
        'readable',
        async (service) => {
          for await (const _part of service.readable()) break;
        },
      ],
      [
        'syncGenerator',
        (service) => {
          for (const _part of service.syncGenerator()) break;
        },
      ],
      [
        'generator',
        async (service) => {
          for await (const _part of service.generator()) break;
        },
      ],
      ['observable', (service) => firstValueFrom(service.observable())],
      ['observable', (service) => lastValueFrom(service.observable().pipe(take(1)))],
    ])('ends its node: %s', async (shape, read) => {
      const { updates } = await during(read);
      expect(typesOf(updates).at(-1)).toBe(`node:end ${shape}`);
    });

    it.each<[string, (service: Streams) => object]>([
      ['webStream', (service) => service.webStream()],
      ['readable', (service) => service.readable()],
      ['response', (service) => service.response()],
      ['observable', (service) => service.observable()],
    ])('ends its execution when it is thrown away: %s', async (_shape, make) => {
      expect(typeof make(streams)).toBe('object');
      expect(executions.active()).toHaveLength(1);
      for (let round = 0; round < 100 && executions.active().length > 0; round += 1) {
        collectGarbage();
        await turn();
      }
      expect(executions.active()).toEqual([]);
    });
  });

  it('fails with the stream, whose error its reader gets', async () => {
    @Injectable()
    class Failing {
      @StreamAll()
      webStream(): ReadableStream {
        return new ReadableStream({
          pull: () => {
            throw new Error('broken');
          },
        });
      }

      @StreamAll()
      readable(): Readable {
        return new Readable({
          read() {
            this.destroy(new Error('broken'));
          },
        });
      }

      @StreamAll()
      *syncGenerator(): Generator<string> {
        yield 'begun';
        throw new Error('broken');
      }
    }
    const { app } = await startApp({}, { providers: [Failing] });
    const failing = app.get(Failing);
    const service = app.get(StreamingService);
    for (const read of [
      () => collect(failing.webStream()),
      () => collect(failing.readable()),
      async () => [...failing.syncGenerator()],
    ]) {
      const { executionId, done } = service.run(() => read());
      await expect(done).rejects.toThrow('broken');
      expect(typesOf(await updatesOf(service, executionId)).at(-1)).toMatch(/^node:error/);
    }
  });
});

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
