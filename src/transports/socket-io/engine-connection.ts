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
  /** The WebSocket frames of all updates; absent when the server has a parser of its own. */
  readonly frames: Buffer | undefined;
  /** How many bytes all have; about, without frames. */
  readonly bytes: number;
}

/** How much may wait for a client. */
export interface QueueBounds {
  readonly maxQueuedBytes: number;
  readonly maxQueuedPackets: number;
}

/**
 * Writes updates to one client. Where the client is on a plain WebSocket with nothing waiting in the
 * engine, ready-made frames go straight to its network socket, several of one tick in one write;
 * everywhere else packets go through the engine. Either way they keep their order, among themselves
 * and with what Socket.IO itself sends.
 */
export class EngineConnection {
  #transport: Engine['transport'] | undefined;
  /** The network socket, where the transport is a WebSocket. */
  #socket: Socket | undefined;
  /** The same, where frames can be written to it as they are. */
  #plainSocket: Socket | undefined;
  #hasRefused = false;
  #draining: Promise<boolean> | undefined;

  /**
   * @param cork - holds the writes of a socket together until the tick ends
   */
  constructor(
    private readonly engine: Engine,
    private readonly bounds: QueueBounds,
    private readonly cork: (socket: Socket) => void,
  ) {}

  /** Whether it refused something since it was last drained. */
  get hasRefused(): boolean {
    return this.#hasRefused;
  }

  /**
   * Whether the client may be sent so much more without passing the bounds. With nothing waiting it
   * gets one update of any size.
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
   * Waits until everything has left, or the connection is closed.
   *
   * @returns false when the client took nothing for `patienceMs`
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
    // Frames that go straight to the network do not become packets.
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

  /** The network socket, when nothing that was sent before can be overtaken on it. */
  #idleSocket(): Socket | undefined {
    const { engine } = this;
    if (engine.readyState !== 'open' || waitingPackets(engine)?.length !== 0) return undefined;
    // Whoever watches the engine's packets is to see all of them.
    if (engine.listenerCount('packetCreate') > 0) return undefined;
    this.#lookAtTransport();
    return this.#plainSocket?.writable ? this.#plainSocket : undefined;
  }

  /** It changes when a client that polled is upgraded. */
  #lookAtTransport(): void {
    const { transport } = this.engine;
    if (transport === this.#transport) return;
    this.#transport = transport;
    this.#socket = netSocketOf(transport);
    this.#plainSocket = plainNetSocket(transport);
  }
}

/** What of a socket's queue the network does not take, as opposed to what this tick holds together. */
function uncorkedLength(socket: Socket): number {
  socket.uncork();
  return socket.writableLength;
}
