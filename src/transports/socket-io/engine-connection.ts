import type { Socket } from 'node:net';
import {
  netSocketOf,
  plainNetSocket,
  sizeOfPackets,
  waitingPackets,
  writeToEngine,
  type Engine,
} from './engine-internals.js';
import { untilDrained } from '../until-drained.js';
import { EngineOutlet } from './engine-outlet.js';
import type { EncodedUpdate } from './update-encoder.js';

/** Updates for one write, encoded once for all who get them. */
export interface EncodedBatch {
  readonly updates: readonly EncodedUpdate[];
  /** The WebSocket frames of all updates. Absent if the server has a custom parser. */
  readonly frames: Buffer | undefined;
  /** The size of all updates in bytes; approximate if there are no frames. */
  readonly bytes: number;
}

/** How much data may wait for a client. */
export interface QueueBounds {
  readonly maxQueuedBytes: number;
  readonly maxQueuedPackets: number;
}

/**
 * Writes updates to one client. If the client has a plain WebSocket and nothing waits in the engine,
 * ready-made frames are written directly to its network socket, and all frames of one tick in one write.
 * Otherwise packets go through the engine. In both cases updates keep their order, also with packets of
 * Socket.IO itself.
 */
export class EngineConnection {
  #transport: Engine['transport'] | undefined;
  /** The network socket, if the transport is a WebSocket. */
  #socket: Socket | undefined;
  /** The same socket, if frames can be written to it directly. */
  #plainSocket: Socket | undefined;
  #hasRefused = false;
  #draining: Promise<boolean> | undefined;

  /**
   * @param cork - collects the writes of a socket until the tick ends
   */
  constructor(
    private readonly engine: Engine,
    private readonly bounds: QueueBounds,
    private readonly cork: (socket: Socket) => void,
  ) {}

  /** Whether it has refused updates since it was last drained. */
  get hasRefused(): boolean {
    return this.#hasRefused;
  }

  /**
   * Whether this many more bytes may be sent to the client within the limits. If nothing waits, one update of
   * any size may be sent.
   */
  accepts(bytes: number, updates: number): boolean {
    const accepted = this.#fits(bytes, updates) || (updates === 1 && this.#isIdle());
    if (!accepted) this.#hasRefused = true;
    return accepted;
  }

  write({ updates, frames }: EncodedBatch): void {
    const socket = frames && this.#idleSocket();
    if (socket) {
      this.cork(socket);
      socket.write(frames);
      return;
    }
    for (const { packets, frame } of updates)
      for (const packet of packets) writeToEngine(this.engine, packet, frame);
  }

  /**
   * Waits until all data has left, or the connection is closed.
   *
   * @returns false if the client read nothing for `patienceMs`
   */
  drained(patienceMs: number): Promise<boolean> {
    return (this.#draining ??= untilDrained(new EngineOutlet(this.engine), patienceMs).finally(
      () => {
        this.#draining = undefined;
        this.#hasRefused = false;
      },
    ));
  }

  #fits(bytes: number, updates: number): boolean {
    const { maxQueuedBytes, maxQueuedPackets } = this.bounds;
    const packets = waitingPackets(this.engine) ?? [];
    this.#lookAtTransport();
    // Frames that are written directly to the network do not become packets.
    const more = packets.length === 0 && this.#plainSocket ? 0 : updates;
    if (packets.length + more > maxQueuedPackets) return false;
    const queued = bytes + (packets.length === 0 ? 0 : sizeOfPackets(packets));
    const socket = this.#socket;
    if (queued + (socket?.writableLength ?? 0) <= maxQueuedBytes) return true;
    return socket !== undefined && queued + uncorkedLength(socket) <= maxQueuedBytes;
  }

  #isIdle(): boolean {
    if ((waitingPackets(this.engine)?.length ?? 0) > 0) return false;
    return (this.#socket?.writableLength ?? 0) === 0;
  }

  /** The network socket, if a direct write cannot overtake earlier packets. */
  #idleSocket(): Socket | undefined {
    const { engine } = this;
    if (engine.readyState !== 'open' || waitingPackets(engine)?.length !== 0) return undefined;
    // Listeners of the engine's packets must get all packets.
    if (engine.listenerCount('packetCreate') > 0) return undefined;
    this.#lookAtTransport();
    return this.#plainSocket?.writable ? this.#plainSocket : undefined;
  }

  /** The transport changes when a polling client is upgraded. */
  #lookAtTransport(): void {
    const { transport } = this.engine;
    if (transport === this.#transport) return;
    this.#transport = transport;
    this.#socket = netSocketOf(transport);
    this.#plainSocket = plainNetSocket(transport);
  }
}

/** The bytes in a socket's queue that wait for the network, without the bytes that this tick collects. */
function uncorkedLength(socket: Socket): number {
  socket.uncork();
  return socket.writableLength;
}
