import type { DeliveryTransport } from '../../delivery/delivery-transport.js';
import { StreamingError } from '../../errors/streaming.error.js';
import type { LogEntry } from '../../log/log-entry.js';
import type { SlowClientOptions } from '../../options/slow-client-options.js';
import { channelKey, type Channel } from '../../protocol/channel.js';
import type { Cursor } from '../../protocol/cursor.js';
import type { StreamResetMessage } from '../../protocol/server-events.js';
import type { StreamUpdate } from '../../protocol/stream-update.js';
import type { EventStreamSession } from './event-stream-session.js';
import { encodeEvent, type EventFields } from './event-stream.js';

/** A client, and the channel that it requested. */
interface Reader {
  readonly session: EventStreamSession;
  readonly channel: string;
}

/** Delivers over streams of server-sent events. An update for several clients is encoded once. */
export class EventStreamTransport implements DeliveryTransport {
  readonly #readers = new Map<string, Reader>();
  readonly #timeoutMs: number;
  #heartbeat: NodeJS.Timeout | undefined;

  /** @param expel - tells a client why and ends its stream */
  constructor(
    { timeoutMs }: Pick<Required<SlowClientOptions>, 'timeoutMs'>,
    private readonly heartbeatMs: number,
    private readonly expel: (clientId: string, error: unknown) => void,
  ) {
    this.#timeoutMs = timeoutMs;
  }

  /** @param channel - the channel of its cursor; updates of other channels do not move the cursor */
  add(session: EventStreamSession, channel: Channel): void {
    this.#readers.set(session.id, { session, channel: channelKey(channel) });
    session.signal.addEventListener('abort', () => this.#remove(session.id), { once: true });
    this.#heartbeat ??= setInterval(() => this.#beat(), this.heartbeatMs).unref();
  }

  broadcast(clientIds: Iterable<string>, entries: readonly LogEntry[]): string[] {
    const encoded = encode(entries, true);
    const refused: string[] = [];
    for (const clientId of clientIds) {
      const reader = this.#readers.get(clientId);
      if (!reader) continue;
      const isOwn = isOf(reader, entries[0]);
      if (!write(reader, isOwn ? encoded : encode(entries, false), entries.length))
        refused.push(clientId);
    }
    return refused;
  }

  send(clientId: string, entries: readonly LogEntry[]): number {
    const reader = this.#readers.get(clientId);
    if (!reader) return entries.length;
    for (const [index, entry] of entries.entries())
      if (!write(reader, encode([entry], isOf(reader, entry)), 1)) return index;
    return entries.length;
  }

  push(clientId: string, update: StreamUpdate): boolean {
    const stream = this.#readers.get(clientId)?.session.stream;
    const chunk = Buffer.from(encodeEvent({}, JSON.stringify(update)));
    if (!stream?.accepts(chunk.length, 1)) return false;
    stream.write(chunk);
    return true;
  }

  reset(clientId: string, message: StreamResetMessage): void {
    const session = this.#readers.get(clientId)?.session;
    session?.tell({ event: 'stream_reset', id: eventId(message.cursor) }, message);
  }

  /** No more updates follow. A browser connects again, and gets the answer that nothing more follows. */
  left(clientId: string, channel: Channel): void {
    const reader = this.#readers.get(clientId);
    if (reader?.channel === channelKey(channel)) void reader.session.stream.end();
  }

  async drained(clientId: string): Promise<void> {
    const stream = this.#readers.get(clientId)?.session.stream;
    if (!stream?.hasRefused) return;
    if (!(await stream.drained(this.#timeoutMs))) this.fail(clientId, slowClient());
  }

  fail(clientId: string, error: unknown): void {
    this.expel(clientId, error);
  }

  #remove(clientId: string): void {
    this.#readers.delete(clientId);
    if (this.#readers.size > 0) return;
    clearInterval(this.#heartbeat);
    this.#heartbeat = undefined;
  }

  #beat(): void {
    for (const { session } of this.#readers.values()) session.stream.beat();
  }
}

/** Encodes entries for one write. @param isOwn - whether the client can resume from them */
function encode(entries: readonly LogEntry[], isOwn: boolean): Buffer {
  const fieldsOf = ({ life: { epoch }, sequence }: LogEntry): EventFields =>
    isOwn ? { id: eventId({ epoch, sequence }) } : {};
  return Buffer.from(entries.map((entry) => encodeEvent(fieldsOf(entry), entry.json)).join(''));
}

/** Whether entries belong to the channel that a reader requested. One of the entries is given. */
function isOf({ channel }: Reader, entry: LogEntry | undefined): boolean {
  return entry !== undefined && channelKey(entry.life.channel) === channel;
}

/** @returns false if too much data waits for the client, so that it must catch up later */
function write({ session: { stream } }: Reader, chunk: Buffer, events: number): boolean {
  if (!stream.accepts(chunk.length, events)) return false;
  stream.write(chunk);
  return true;
}

/** A position as the id of an event: `epoch:sequence`. */
export const eventId = ({ epoch, sequence }: Cursor): string => `${epoch}:${sequence}`;

/** The position in an id; undefined if the id has no position. */
export function cursorOf(id: string | undefined): Cursor | undefined {
  const [, epoch, sequence] = /^(.+):(\d{1,15})$/.exec(id ?? '') ?? [];
  return epoch === undefined ? undefined : { epoch, sequence: Number(sequence) };
}

function slowClient(): StreamingError {
  return new StreamingError(
    'SLOW_CLIENT',
    'You read this stream too slowly, so it ends; connect again with the id of your last event.',
  );
}
