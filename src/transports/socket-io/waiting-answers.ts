import type { ErrorBody } from '../../protocol/error-codes.js';
import { CONFIRMATION_EVENTS } from '../../protocol/streaming-gateway-events.js';
import { on, untilDrained, type Wait } from '../until-drained.js';
import { writeUnwatched, type Engine, type WrittenPacket } from './engine-internals.js';
import { EngineOutlet } from './engine-outlet.js';
import { readHeader } from './packet-header.js';

/** The facts and functions of a connection that its waiting answers need. */
export interface WaitingAnswersContext {
  /** Whether a large packet has not left yet. */
  readonly isFull: () => boolean;
  /** How long the client may read nothing, in milliseconds. */
  readonly patienceMs: () => number;
  /** Called before an answer that has waited is written. */
  readonly onWrite: (packet: WrittenPacket) => void;
  /** Called if the client reads nothing for too long. */
  readonly onStuck: () => void;
}

/** The acknowledgement of a request, up to its arguments: type, namespace and number. */
const ACKNOWLEDGEMENT = /^3(?:\/[^,]*,)?\d+(?=\[)/;

/** An event that asks for no acknowledgement, up to its name. */
const EVENT = /^2(?:\/[^,]*,)?\["(\w+)"/;

/**
 * The answers to requests without an acknowledgement, if the requests only read. Other answers may not wait: updates
 * may follow them.
 */
const READINGS: ReadonlySet<string> = new Set(
  (['get_status', 'get_thread', 'get_thread_history', 'list_threads'] as const).map(
    (event) => CONFIRMATION_EVENTS[event],
  ),
);

const TOO_MANY: ErrorBody = {
  code: 'SLOW_CLIENT',
  message: 'Too many large answers wait for you. Ask again when you have read some of them.',
  retryable: true,
};

/**
 * The large answers of a connection that wait until an earlier one has left. Small answers pass them: answers have no
 * order, because each names its request.
 */
export class WaitingAnswers {
  #waiting: WrittenPacket[] = [];

  constructor(
    private readonly engine: Engine,
    private readonly context: WaitingAnswersContext,
  ) {}

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /**
   * Lets an answer wait. One of those that wait may have any size, and the others `maxSize` characters together.
   *
   * @returns false if too many wait already
   */
  add(packet: WrittenPacket, maxSize: number): boolean {
    const sizes = [...this.#waiting, packet].map(sizeOf);
    const others = sizes.reduce((sum, size) => sum + size, 0) - Math.max(...sizes);
    if (others > maxSize) return false;
    this.#waiting.push(packet);
    if (this.#waiting.length === 1) void this.#release();
    return true;
  }

  /** Writes one answer after the other. Never rejects. */
  async #release(): Promise<void> {
    const { engine, context } = this;
    const outlet = new EngineOutlet(engine);
    const rest = {
      waits: () => (context.isFull() ? (outlet.waits() ?? untilWritable(engine)) : undefined),
      untakenBytes: () => outlet.untakenBytes(),
    };
    for (let [packet] = this.#waiting; packet; [packet] = this.#waiting) {
      const isRead = await untilDrained(rest, context.patienceMs());
      if (!isRead) context.onStuck();
      if (!isRead || engine.readyState !== 'open') {
        this.#waiting = [];
        return;
      }
      this.#waiting.shift();
      context.onWrite(packet);
      writeUnwatched(engine, packet);
    }
  }
}

/** A WebSocket may have a packet that its network socket does not have yet, because it compresses the packet. */
function untilWritable(engine: Engine): readonly Wait[] | undefined {
  const { readyState, transport } = engine;
  if (readyState !== 'open' || transport.writable) return undefined;
  return [on(engine, 'close'), on(transport, 'drain')];
}

/**
 * Whether a packet answers a request that this library has handled, and may be overtaken by other packets.
 *
 * @param isForeign - whether a namespace belongs to another gateway
 */
export function isAnswer(
  { data }: WrittenPacket,
  isForeign: (namespace: string) => boolean,
): boolean {
  if (typeof data !== 'string') return false;
  const [, event] = EVENT.exec(data) ?? [];
  const isReply = event === undefined ? ACKNOWLEDGEMENT.test(data) : READINGS.has(event);
  return isReply && !isForeign(readHeader(data).namespace);
}

/** An error in place of an answer; undefined if the client did not ask for an acknowledgement. */
export function refusalOf(packet: WrittenPacket): WrittenPacket | undefined {
  const [head] = ACKNOWLEDGEMENT.exec(String(packet.data)) ?? [];
  const body = JSON.stringify([{ ok: false, error: TOO_MANY }]);
  return head === undefined ? undefined : { ...packet, data: head + body };
}

function sizeOf({ data }: WrittenPacket): number {
  return data?.length ?? 0;
}
