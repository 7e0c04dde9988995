import { ReadableStream, type ReadableStreamDefaultReader } from 'node:stream/web';
import type { ReadObserver } from './read-observer.js';

/**
 * A web stream that reads `source` and tells what it hands on. It is another object, since readers
 * such as `Response` and `Readable.fromWeb` take a stream by its insides; nothing is read ahead.
 */
export function tapWebStream(source: ReadableStream, observe: () => ReadObserver): ReadableStream {
  const isBytes = isByteStream(source);
  const feed = new TappedFeed(source.getReader(), observe);
  const tapped = isBytes
    ? new ReadableStream({
        type: 'bytes',
        pull: (controller) => feed.pull(controller),
        cancel: (reason) => feed.cancel(reason),
      })
    : new ReadableStream(
        { pull: (controller) => feed.pull(controller), cancel: (reason) => feed.cancel(reason) },
        { highWaterMark: 0 },
      );
  // A class of its own, such as that of LangChain's streams, has methods that its readers use.
  const prototype: unknown = Object.getPrototypeOf(source);
  if (prototype !== ReadableStream.prototype) Object.setPrototypeOf(tapped, prototype as object);
  return tapped;
}

/** What a stream is fed from. */
interface Feedable {
  enqueue(chunk: unknown): void;
  close(): void;
  error(error: unknown): void;
  readonly byobRequest?: { respond(bytes: number): void } | null;
}

class TappedFeed {
  #observer: ReadObserver | undefined;

  constructor(
    private readonly reader: ReadableStreamDefaultReader<unknown>,
    private readonly observe: () => ReadObserver,
  ) {}

  async pull(controller: Feedable): Promise<void> {
    const observer = (this.#observer ??= this.observe());
    await observer.ready();
    try {
      const { done, value } = await observer.enter(() => this.reader.read());
      if (!done) {
        const pending = observer.arriving(value);
        if (pending) await pending;
        // Before it is handed on, since a stream of bytes takes the memory of a chunk away.
        observer.item(value);
        controller.enqueue(value);
        return;
      }
      await observer.complete();
      controller.close();
      // A reader with a buffer of its own waits for its answer.
      controller.byobRequest?.respond(0);
    } catch (error) {
      observer.fail(error);
      controller.error(error);
    }
  }

  async cancel(reason: unknown): Promise<void> {
    (this.#observer ??= this.observe()).end();
    await this.reader.cancel(reason);
  }
}

function isByteStream(source: ReadableStream): boolean {
  try {
    source.getReader({ mode: 'byob' }).releaseLock();
    return true;
  } catch {
    return false;
  }
}
