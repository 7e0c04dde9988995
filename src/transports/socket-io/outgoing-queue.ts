import {
  isUpdate,
  waitingPackets,
  type Engine,
  type WriteWatcher,
  type WrittenPacket,
} from './engine-internals.js';
import { isHeld, writeHeld } from './held-packets.js';
import { isAnswer, refusalOf, WaitingAnswers } from './waiting-answers.js';

/** The size of a waiting packet besides its text, in bytes. */
const PACKET_OVERHEAD = 100;

/** How much may wait for the end of a turn, in bytes. A larger write gains nothing from more packets. */
const MAX_HELD = 16_384;

/** How many times the limit the answers may have together that wait for an earlier one, without the largest. */
const WAITING_SHARE = 8;

/**
 * Marks a buffer of the engine that was counted. The engine makes a new buffer at each flush. A reference to the
 * old buffer would keep it.
 */
const COUNTED = Symbol('counted');

type CountedPackets = unknown[] & { [COUNTED]?: true };

/** The limits of the packets that wait for a client. */
export interface OutgoingLimits {
  readonly maxQueuedBytes: number;
  /** How long the client may read nothing while answers wait, in milliseconds. */
  readonly slowTimeoutMs: number;
}

/**
 * Limits the packets that wait for a client: answers and refusals of Socket.IO, acknowledgements, events of
 * the application. Updates of the log do not count. They are limited where they are written, by all waiting
 * data, so that a slow viewer is not closed because of one more answer. One packet at a
 * time may be larger than the limit, such as a long conversation. It does not take the place of other packets. Further
 * large answers wait until it has left.
 */
export class OutgoingQueue implements WriteWatcher {
  /** Packets in the engine, until the transport is writable. */
  #waiting = 0;
  /** Packets that a WebSocket has not yet written to the network. */
  #leaving = 0;
  /** The size of the packet above the limit that is sent now. */
  #large = 0;
  /** Made for the first answer that waits. */
  #answers: WaitingAnswers | undefined;

  /**
   * @param isForeign - whether a namespace belongs to another gateway
   * @param onFull - called if a packet is written while more than the limit waits
   */
  constructor(
    private readonly engine: Engine,
    private readonly limits: () => OutgoingLimits,
    private readonly isForeign: (namespace: string) => boolean,
    private readonly onFull: () => void,
  ) {}

  beforeWrite(packet: WrittenPacket): WrittenPacket | undefined {
    this.#noticeFlush();
    if (this.#waiting > MAX_HELD && isHeld(this.engine)) {
      writeHeld(this.engine);
      this.#noticeFlush();
    }
    if (isUpdate(packet.options)) return packet;
    const limit = this.limits().maxQueuedBytes;
    const size = sizeOf(packet);
    const isLate = this.#queued > limit || this.#answers?.isEmpty === false;
    if (size > limit && isLate && isAnswer(packet, this.isForeign))
      return this.#postpone(packet, limit);
    if (this.#queued <= limit) this.#large = size > limit ? size : 0;
    if (this.#queued > limit + this.#large) this.onFull();
    else this.#waiting += size;
    return packet;
  }

  get #queued(): number {
    const { engine } = this;
    return this.#waiting + (engine.transport.writable || isHeld(engine) ? 0 : this.#leaving);
  }

  /** @returns the packet to write now */
  #postpone(packet: WrittenPacket, limit: number): WrittenPacket | undefined {
    this.#answers ??= this.#makeAnswers();
    if (this.#answers.add(packet, limit * WAITING_SHARE)) return undefined;
    const refusal = refusalOf(packet);
    if (refusal) return this.beforeWrite(refusal);
    this.onFull();
    return undefined;
  }

  #makeAnswers(): WaitingAnswers {
    return new WaitingAnswers(this.engine, {
      isFull: () => {
        this.#noticeFlush();
        return this.#queued > this.limits().maxQueuedBytes;
      },
      patienceMs: () => this.limits().slowTimeoutMs,
      onWrite: (packet) => {
        this.#noticeFlush();
        this.#large = sizeOf(packet);
        this.#waiting += this.#large;
      },
      onStuck: this.onFull,
    });
  }

  #noticeFlush(): void {
    const buffer: CountedPackets = waitingPackets(this.engine) ?? [];
    if (buffer[COUNTED]) return;
    buffer[COUNTED] = true;
    this.#leaving = this.engine.transport.name === 'websocket' ? this.#waiting : 0;
    // A poll takes a limited number of packets, so some packets may be left.
    this.#waiting = 0;
    for (const waiting of buffer as readonly unknown[] as readonly WrittenPacket[])
      if (!isUpdate(waiting.options)) this.#waiting += sizeOf(waiting);
  }
}

function sizeOf({ data }: Pick<WrittenPacket, 'data'>): number {
  return (data?.length ?? 0) + PACKET_OVERHEAD;
}
