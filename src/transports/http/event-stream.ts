import type { ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import {
  flushed,
  on,
  untakenBytes,
  untilDrained,
  type Outlet,
  type Wait,
} from '../until-drained.js';

/** The fields of an event besides its data; see the HTML standard, "server-sent events". */
export interface EventFields {
  /** The position for resuming. The browser sends it back as `Last-Event-ID`. */
  readonly id?: string;
  /** The event's name; `message` without it. */
  readonly event?: string;
}

/** Encodes an event. @param json - the data. It is JSON, so it has no line break. */
export function encodeEvent({ id, event }: EventFields, json: string): string {
  const head = `${id === undefined ? '' : `id: ${id}\n`}${event === undefined ? '' : `event: ${event}\n`}`;
  return `${head}data: ${json}\n\n`;
}

/** How long a client may take to read the end of a stream, in milliseconds. */
const GRACE_MS = 10_000;

const HEARTBEAT = ':\n\n';

/** The response of one client: a stream of events with limited memory. */
export class EventStream implements Outlet {
  #hasRefused = false;
  #draining: Promise<boolean> | undefined;
  readonly #gone = new AbortController();

  constructor(
    private readonly response: ServerResponse,
    private readonly maxQueuedBytes: number,
  ) {
    response.once('close', () => this.#gone.abort());
    // After any error of the network, `close` follows.
    response.on('error', () => undefined);
  }

  /** Aborts when the client is gone, or the stream has ended. */
  get signal(): AbortSignal {
    return this.#gone.signal;
  }

  /** Whether it has refused data since it was last drained. */
  get hasRefused(): boolean {
    return this.#hasRefused;
  }

  begin(): void {
    this.response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      // Proxies such as nginx buffer small responses by default.
      'x-accel-buffering': 'no',
    });
    this.response.flushHeaders();
  }

  /** Nothing is streamed. The framework answers the request instead. */
  abandon(): void {
    this.#gone.abort();
  }

  /** There are no updates to stream, and there will be none. After this answer browsers do not reconnect. */
  endEmpty(): void {
    this.response.writeHead(204).end();
    this.#gone.abort();
  }

  /** Whether this many more bytes may be sent. If nothing waits, one event of any size may be sent. */
  accepts(bytes: number, events: number): boolean {
    const waiting = this.response.writableLength;
    const accepted = waiting + bytes <= this.maxQueuedBytes || (events === 1 && waiting === 0);
    if (!accepted) this.#hasRefused = true;
    return accepted;
  }

  write(chunk: string | Buffer): void {
    if (!this.signal.aborted) this.response.write(chunk);
  }

  /** Prevents proxies from closing an idle stream, and finds out whether the client is still connected. */
  beat(): void {
    if (this.response.writableLength === 0) this.write(HEARTBEAT);
  }

  /**
   * Ends the stream after all written data. If a client does not read the data, the stream is closed after a
   * while.
   */
  end(patienceMs = GRACE_MS): Promise<void> {
    const { response } = this;
    this.#gone.abort();
    return new Promise((resolve) => {
      const timer = setTimeout(() => response.destroy(), patienceMs).unref();
      const done = (): void => {
        clearTimeout(timer);
        resolve();
      };
      response.once('close', done);
      response.end();
      if (response.closed) done();
    });
  }

  /** @returns false if the client read nothing for `patienceMs` */
  drained(patienceMs: number): Promise<boolean> {
    return (this.#draining ??= untilDrained(this, patienceMs).finally(() => {
      this.#draining = undefined;
      this.#hasRefused = false;
    }));
  }

  waits(): readonly Wait[] | undefined {
    const { response, signal } = this;
    if (signal.aborted || response.writableLength === 0) return undefined;
    const { socket } = response;
    const taken = socket instanceof Socket ? flushed(socket) : on(response, 'drain');
    return [taken, on(response, 'close')];
  }

  untakenBytes(): number | undefined {
    const { socket } = this.response;
    return socket instanceof Socket ? untakenBytes(socket) : undefined;
  }
}
