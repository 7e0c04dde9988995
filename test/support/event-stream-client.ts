import { get, type IncomingMessage } from 'node:http';
import { onTestEnd } from './streaming-app.js';

/** One event of a stream, its data decoded. */
export interface StreamedEvent {
  readonly id?: string;
  readonly event?: string;
  readonly data: unknown;
}

/** What a client reads of an event stream, as a browser would parse it. */
export class EventStreamClient {
  readonly events: StreamedEvent[] = [];
  /** Lines that are comments, such as heartbeats. */
  comments = 0;
  #buffer = '';
  readonly #waiting = new Set<() => void>();
  #ended = false;

  constructor(readonly response: IncomingMessage) {
    response.setEncoding('utf8');
    response.on('data', (text: string) => this.#take(text));
    response.once('close', () => {
      this.#ended = true;
      this.#wake();
    });
    response.on('error', () => undefined);
  }

  get status(): number {
    return this.response.statusCode ?? 0;
  }

  /** The body of an answer that is no stream. */
  async json(): Promise<unknown> {
    await this.ended();
    return JSON.parse(this.#buffer);
  }

  /** Resolves when a condition holds. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.#ended) throw new Error(`The stream ended: ${JSON.stringify(this.events)}`);
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  async ended(): Promise<void> {
    while (!this.#ended) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  /** The data of events without a name: the updates. */
  get updates(): { type: string; data: unknown; metadata: { sequenceNumber: number } }[] {
    return this.named(undefined) as never;
  }

  /** The data of the events with a name. */
  named(name: string | undefined): unknown[] {
    return this.events.filter(({ event }) => event === name).map(({ data }) => data);
  }

  close(): void {
    this.response.destroy();
  }

  #take(text: string): void {
    this.#buffer += text;
    if (!this.response.headers['content-type']?.startsWith('text/event-stream')) return;
    const blocks = this.#buffer.split('\n\n');
    this.#buffer = blocks.pop() ?? '';
    for (const block of blocks) this.#parse(block);
    this.#wake();
  }

  #parse(block: string): void {
    const fields = new Map(
      block.split('\n').map((line) => {
        const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
        return [name, value] as const;
      }),
    );
    if (fields.has('')) this.comments += 1;
    const data = fields.get('data');
    if (data === undefined) return;
    const [id, event] = [fields.get('id'), fields.get('event')];
    this.events.push({
      ...(id === undefined ? {} : { id }),
      ...(event === undefined ? {} : { event }),
      data: JSON.parse(data),
    });
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
    this.#waiting.clear();
  }
}

/** Opens an event stream; it is closed after the test. */
export async function openEventStream(
  url: string,
  headers: Record<string, string> = {},
): Promise<EventStreamClient> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = get(url, { headers, agent: false }, resolve);
    request.once('error', reject);
  });
  const client = new EventStreamClient(response);
  onTestEnd(() => client.close());
  return client;
}
