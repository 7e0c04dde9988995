import { ReadableStream, type ReadableStreamDefaultReader } from 'node:stream/web';
import type { ReadObserver } from './read-observer.js';

/**
 * Makes a web stream that reads `source` and observes its chunks. It is another object, because readers such
 * as `Response` and `Readable.fromWeb` use the internals of a stream. Nothing is read ahead.
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
  // A subclass, such as LangChain's streams, has methods that its readers use.
  const prototype: unknown = Object.getPrototypeOf(source);
  if (prototype !== ReadableStream.prototype) Object.setPrototypeOf(tapped, prototype as object);
  return tapped;
}

/** The source of a stream. */
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
        // Observed before it is passed on, because a byte stream detaches the memory of a chunk.
        observer.item(value);
        controller.enqueue(value);
        return;
      }
      await observer.complete();
      controller.close();
      // A reader with its own buffer waits for its answer.
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
