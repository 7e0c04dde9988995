import { isUpdate, waitingPackets, type Engine, type WriteWatcher } from './engine-internals.js';

/** What a waiting packet costs beside its text, in bytes. */
const PACKET_OVERHEAD = 100;

/**
 * Bounds what waits for a client, whoever wrote it: the answers and refusals of Socket.IO, acknowledgements,
 * events of the application. Updates of the log are not among it: they are bounded where they are written, by
 * all that waits, so that a slow viewer is not closed for an answer on top of them.
 */
export class OutgoingQueue implements WriteWatcher {
  /** In the engine, until the transport can be written to. */
  #waiting = 0;
  /** Given to a WebSocket, which has not given it to the network yet. */
  #leaving = 0;
  /** The buffer of the engine that was counted. The engine takes a new one whenever it flushes, and
   * what it flushed must not be held here. */
  #counted: WeakRef<readonly unknown[]> | undefined;

  /** @param onFull - told when something is written while more than the bound waits */
  constructor(
    private readonly engine: Engine,
    private readonly maxQueuedBytes: () => number,
    private readonly onFull: () => void,
  ) {}

  beforeWrite(length: number, options: object | undefined): void {
    this.#noticeFlush();
    if (isUpdate(options)) return;
    const queued = this.#waiting + (this.engine.transport.writable ? 0 : this.#leaving);
    if (queued > this.maxQueuedBytes()) this.onFull();
    else this.#waiting += length + PACKET_OVERHEAD;
  }

  #noticeFlush(): void {
    const buffer = waitingPackets(this.engine) ?? [];
    if (buffer === this.#counted?.deref()) return;
    this.#counted = new WeakRef(buffer);
    this.#leaving = this.engine.transport.name === 'websocket' ? this.#waiting : 0;
    // A poll takes a bounded number of packets, so that some can be left.
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
