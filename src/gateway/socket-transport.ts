import type { Socket } from 'node:net';
import type { DeliveryTransport } from '../delivery/delivery-transport.js';
import type { LogEntry } from '../log/log-entry.js';
import type { StreamResetMessage } from '../protocol/server-events.js';
import { EngineConnection, type EncodedBatch } from './engine-connection.js';
import type { GatewayNamespace, GatewaySocket } from './gateway-types.js';
import { SLOW_CLIENT_DEFAULTS, type SlowClientOptions } from './slow-client-options.js';
import { UpdateEncoder, type EncodedUpdate } from './update-encoder.js';

/** Delivers over one Socket.IO namespace. An entry is encoded once, whatever the number of clients. */
export class SocketTransport implements DeliveryTransport {
  readonly #encoder: UpdateEncoder;
  readonly #bounds: Required<SlowClientOptions>;
  readonly #connections = new Map<string, EngineConnection>();
  /** What was encoded in this tick. */
  readonly #encoded = new Map<LogEntry, EncodedUpdate>();
  /** Sockets whose writes of this tick go out together. */
  #corked: Socket[] = [];
  #endsTick = false;

  /**
   * @param onStalled - called when a slow client took nothing for too long
   */
  constructor(
    private readonly namespace: GatewayNamespace,
    slowClient: SlowClientOptions,
    private readonly onStalled: (clientId: string) => void,
  ) {
    this.#encoder = new UpdateEncoder(namespace);
    this.#bounds = { ...SLOW_CLIENT_DEFAULTS, ...slowClient };
  }

  broadcast(clientIds: Iterable<string>, entries: readonly LogEntry[]): string[] {
    const batch = this.#encode(entries);
    const refused: string[] = [];
    for (const clientId of clientIds) {
      if (!this.#write(clientId, batch, entries)) refused.push(clientId);
    }
    return refused;
  }

  send(clientId: string, entries: readonly LogEntry[]): number {
    for (const [index, entry] of entries.entries()) {
      if (!this.#write(clientId, this.#encode([entry]), [entry])) return index;
    }
    return entries.length;
  }

  reset(clientId: string, message: StreamResetMessage): void {
    this.namespace.sockets.get(clientId)?.emit('stream_reset', message);
  }

  async drained(clientId: string): Promise<void> {
    const connection = this.#connections.get(clientId);
    if (!connection?.isFull) return;
    const timer = setTimeout(() => this.onStalled(clientId), this.#bounds.timeoutMs);
    await connection.drained();
    clearTimeout(timer);
  }

  /** @returns false when so much waits for the client that it must catch up later */
  #write(clientId: string, batch: EncodedBatch, entries: readonly LogEntry[]): boolean {
    const socket = this.namespace.sockets.get(clientId);
    if (!socket) return true;
    const connection = this.#connections.get(clientId) ?? this.#connect(socket);
    if (connection.isFull) return false;
    // The application's listeners are called by Socket.IO, with the decoded message.
    if (socket.listenersAnyOutgoing().length > 0) emitEach(socket, entries);
    else connection.write(batch);
    return true;
  }

  #connect(socket: GatewaySocket): EngineConnection {
    const connection = new EngineConnection(socket.conn, this.#bounds, (netSocket) =>
      this.#cork(netSocket),
    );
    this.#connections.set(socket.id, connection);
    socket.once('disconnect', () => this.#connections.delete(socket.id));
    return connection;
  }

  #encode(entries: readonly LogEntry[]): EncodedBatch {
    const updates = entries.map((entry) => this.#encodeOne(entry));
    return batchOf(updates);
  }

  #encodeOne(entry: LogEntry): EncodedUpdate {
    let encoded = this.#encoded.get(entry);
    if (!encoded) {
      encoded = this.#encoder.encode(entry);
      this.#encoded.set(entry, encoded);
      this.#atEndOfTick();
    }
    return encoded;
  }

  #cork(socket: Socket): void {
    if (socket.writableCorked > 0) return;
    socket.cork();
    this.#corked.push(socket);
    this.#atEndOfTick();
  }

  #atEndOfTick(): void {
    if (this.#endsTick) return;
    this.#endsTick = true;
    process.nextTick(() => {
      this.#endsTick = false;
      this.#encoded.clear();
      const corked = this.#corked;
      this.#corked = [];
      for (const socket of corked) socket.uncork();
    });
  }
}

function batchOf(updates: readonly EncodedUpdate[]): EncodedBatch {
  const [first, ...others] = updates;
  let frames = first?.frame;
  if (frames && others.length > 0)
    frames = Buffer.concat(updates.map(({ frame }) => frame ?? Buffer.alloc(0)));
  return { updates, frames, bytes: frames?.length ?? 0 };
}

function emitEach(socket: GatewaySocket, entries: readonly LogEntry[]): void {
  for (const { update } of entries)
    socket.emit('stream_update', { type: 'stream_update', data: { update } });
}
