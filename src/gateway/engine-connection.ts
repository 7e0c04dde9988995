import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { plainNetSocket, waitingPackets, writeToEngine, type Engine } from './engine-internals.js';
import type { EncodedUpdate } from './update-encoder.js';

/** Updates for one write, encoded once for all who get them. */
export interface EncodedBatch {
  readonly updates: readonly EncodedUpdate[];
  /** The WebSocket frames of all updates; absent when the server has a parser of its own. */
  readonly frames: Buffer | undefined;
  /** How many bytes the updates have, about. */
  readonly bytes: number;
}

/** From when on a connection takes no more. */
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
  #socket: Socket | undefined;
  /** Bytes that were handed to the engine and have not reached its transport. */
  #engineBytes = 0;
  #draining: Promise<void> | undefined;

  /**
   * @param cork - holds the writes of a socket together until the tick ends
   */
  constructor(
    private readonly engine: Engine,
    private readonly bounds: QueueBounds,
    private readonly cork: (socket: Socket) => void,
  ) {
    engine.on('drain', () => (this.#engineBytes = 0));
  }

  /** Whether so much waits for the client that it must get no more for now. */
  get isFull(): boolean {
    const { maxQueuedBytes, maxQueuedPackets } = this.bounds;
    if ((waitingPackets(this.engine)?.length ?? 0) > maxQueuedPackets) return true;
    const socket = this.#netSocket();
    if (!socket) return this.#engineBytes > maxQueuedBytes;
    return (
      this.#engineBytes + socket.writableLength > maxQueuedBytes &&
      this.#engineBytes + uncorkedLength(socket) > maxQueuedBytes
    );
  }

  write({ updates, frames, bytes }: EncodedBatch): void {
    const socket = frames && this.#idleSocket();
    if (socket) {
      this.cork(socket);
      socket.write(frames);
      return;
    }
    this.#engineBytes += bytes;
    for (const { packets, frame } of updates)
      for (const packet of packets()) writeToEngine(this.engine, packet, frame);
  }

  /** Resolves when everything has left, or the connection is closed. */
  drained(): Promise<void> {
    return (this.#draining ??= this.#drain().finally(() => (this.#draining = undefined)));
  }

  async #drain(): Promise<void> {
    const { engine } = this;
    while (engine.readyState === 'open') {
      const socket = this.#netSocket();
      if (this.#engineBytes > 0 || waitingPackets(engine)?.length)
        await firstOf([engine, 'drain'], [engine, 'close']);
      else if (socket?.writableNeedDrain)
        await firstOf([socket, 'drain'], [socket, 'close'], [engine, 'close']);
      else return;
    }
  }

  /** The network socket, when nothing that was sent before can be overtaken on it. */
  #idleSocket(): Socket | undefined {
    const { engine } = this;
    if (engine.readyState !== 'open' || waitingPackets(engine)?.length !== 0) return undefined;
    // Whoever watches the engine's packets is to see all of them.
    if (engine.listenerCount('packetCreate') > 0) return undefined;
    const socket = this.#netSocket();
    return socket?.writable ? socket : undefined;
  }

  #netSocket(): Socket | undefined {
    const { transport } = this.engine;
    if (transport !== this.#transport) {
      this.#transport = transport;
      this.#socket = plainNetSocket(transport);
    }
    return this.#socket;
  }
}

/** What of a socket's queue the network does not take, as opposed to what this tick holds together. */
function uncorkedLength(socket: Socket): number {
  socket.uncork();
  return socket.writableLength;
}

function firstOf(...events: readonly (readonly [EventEmitter, string])[]): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      for (const [emitter, event] of events) emitter.off(event, settle);
      resolve();
    };
    for (const [emitter, event] of events) emitter.once(event, settle);
  });
}
