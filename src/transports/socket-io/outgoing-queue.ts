import { isUpdate, waitingPackets, type Engine, type WriteWatcher } from './engine-internals.js';

/** The size of a waiting packet besides its text, in bytes. */
const PACKET_OVERHEAD = 100;

/**
 * Limits the packets that wait for a client: answers and refusals of Socket.IO, acknowledgements, events of
 * the application. Updates of the log do not count. They are limited where they are written, by all waiting
 * data, so that a slow viewer is not closed because of one more answer. One packet at a
 * time may be larger than the limit, such as a long conversation. It does not take the place of other packets.
 */
export class OutgoingQueue implements WriteWatcher {
  /** Packets in the engine, until the transport is writable. */
  #waiting = 0;
  /** Packets that a WebSocket has not yet written to the network. */
  #leaving = 0;
  /** The size of the packet above the limit that is sent now. */
  #large = 0;
  /**
   * The engine's buffer that was counted. The engine makes a new buffer at each flush, and the old buffer
   * must not be kept here.
   */
  #counted: WeakRef<readonly unknown[]> | undefined;

  /** @param onFull - called if a packet is written while more than the limit waits */
  constructor(
    private readonly engine: Engine,
    private readonly maxQueuedBytes: () => number,
    private readonly onFull: () => void,
  ) {}

  beforeWrite(length: number, options: object | undefined): void {
    this.#noticeFlush();
    if (isUpdate(options)) return;
    const queued = this.#waiting + (this.engine.transport.writable ? 0 : this.#leaving);
    const limit = this.maxQueuedBytes();
    const size = length + PACKET_OVERHEAD;
    if (queued <= limit) this.#large = size > limit ? size : 0;
    if (queued > limit + this.#large) this.onFull();
    else this.#waiting += size;
  }

  #noticeFlush(): void {
    const buffer = waitingPackets(this.engine) ?? [];
    if (buffer === this.#counted?.deref()) return;
    this.#counted = new WeakRef(buffer);
    this.#leaving = this.engine.transport.name === 'websocket' ? this.#waiting : 0;
    // A poll takes a limited number of packets, so some packets may be left.
    this.#waiting = sizeOf(buffer);
  }
}

function sizeOf(packets: readonly unknown[]): number {
  let size = 0;
  for (const packet of packets) {
    const { data, options } = packet as {
      readonly data?: string | Buffer;
      readonly options?: object;
    };
    if (!isUpdate(options)) size += (data?.length ?? 0) + PACKET_OVERHEAD;
  }
  return size;
}
