import type { Socket } from 'node:net';
import type { DeliveryTransport } from '../../delivery/delivery-transport.js';
import { StreamingError } from '../../errors/streaming.error.js';
import type { LogEntry } from '../../log/log-entry.js';
import type {
  AcknowledgmentRequestMessage,
  StreamResetMessage,
} from '../../protocol/server-events.js';
import { EngineConnection, type EncodedBatch } from './engine-connection.js';
import type { GatewayNamespace, GatewaySocket } from '../../gateway/socket-types.js';
import type { SlowClientOptions } from '../../options/slow-client-options.js';
import type { StreamUpdate } from '../../protocol/stream-update.js';
import { UpdateEncoder, type EncodedUpdate } from './update-encoder.js';

interface Client {
  readonly socket: GatewaySocket;
  readonly connection: EngineConnection;
}

/** Delivers over one Socket.IO namespace. An entry is encoded once for all clients. */
export class SocketTransport implements DeliveryTransport {
  readonly #encoder: UpdateEncoder;
  readonly #clients = new Map<string, Client>();
  /**
   * The entries that were encoded in this tick. If a log makes a new object for an entry, it is encoded
   * again. Each tick has a map of its own, as V8 would keep the entries of a cleared map; see {@link BriefSet}.
   */
  #encoded = new Map<LogEntry, EncodedUpdate>();
  /** Sockets whose writes of this tick are sent together. */
  #corked: Socket[] = [];
  #endsTick = false;

  /**
   * @param expel - tells a client why and disconnects it
   */
  constructor(
    private readonly namespace: GatewayNamespace,
    private readonly slowClient: Required<SlowClientOptions>,
    private readonly expel: (clientId: string, error: unknown) => void,
  ) {
    this.#encoder = new UpdateEncoder(namespace);
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

  push(clientId: string, update: StreamUpdate): boolean {
    const client = this.#client(clientId);
    if (!client?.connection.accepts(JSON.stringify(update).length, 1)) return false;
    client.socket.emit('stream_update', { type: 'stream_update', data: { update } });
    return true;
  }

  reset(clientId: string, message: StreamResetMessage): void {
    this.namespace.sockets.get(clientId)?.emit('stream_reset', message);
  }

  async ask(
    clientId: string,
    message: AcknowledgmentRequestMessage,
    timeoutMs: number,
  ): Promise<boolean> {
    const socket = this.namespace.sockets.get(clientId);
    if (!socket) return false;
    return socket
      .timeout(timeoutMs)
      .emitWithAck('acknowledgment_request', message)
      .then(
        () => true,
        () => false,
      );
  }

  drained(clientId: string): Promise<void> | undefined {
    const connection = this.#clients.get(clientId)?.connection;
    if (!connection?.hasRefused) return undefined;
    return connection.drained(this.slowClient.timeoutMs).then((isRead) => {
      if (!isRead) this.fail(clientId, slowClient());
    });
  }

  fail(clientId: string, error: unknown): void {
    this.expel(clientId, error);
  }

  /** @returns false if too much data waits for the client, so that it must catch up later */
  #write(clientId: string, batch: EncodedBatch, entries: readonly LogEntry[]): boolean {
    const client = this.#client(clientId);
    if (!client) return true;
    const { socket, connection } = client;
    if (!connection.accepts(batch.bytes, entries.length)) return false;
    try {
      // Socket.IO calls the application's listeners with the decoded message.
      if (socket.listenersAnyOutgoing().length > 0) emitEach(socket, entries);
      else connection.write(batch);
    } catch (error) {
      // If a listener throws, only its own client is disconnected.
      this.fail(clientId, error);
    }
    return true;
  }

  /** One look-up for each write, because there is a write for each client of each update. */
  #client(clientId: string): Client | undefined {
    return this.#clients.get(clientId) ?? this.#meet(clientId);
  }

  #meet(clientId: string): Client | undefined {
    const socket = this.namespace.sockets.get(clientId);
    if (!socket) return undefined;
    const connection = new EngineConnection(socket.conn, this.slowClient, (netSocket) =>
      this.#cork(netSocket),
    );
    const client = { socket, connection };
    this.#clients.set(clientId, client);
    socket.once('disconnect', () => this.#clients.delete(clientId));
    return client;
  }

  #encode(entries: readonly LogEntry[]): EncodedBatch {
    const updates = entries.map((entry) => this.#encodeOne(entry));
    const frames = framesOf(updates);
    let bytes = frames?.length ?? 0;
    if (!frames) for (const entry of entries) bytes += entry.bytes;
    return { updates, frames, bytes };
  }

  #encodeOne(entry: LogEntry): EncodedUpdate {
    const known = this.#encoded.get(entry);
    if (known) return known;
    const encoded = this.#encoder.encode(entry);
    this.#encoded.set(entry, encoded);
    this.#atEndOfTick();
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
    process.nextTick(this.#endTick);
  }

  readonly #endTick = (): void => {
    this.#endsTick = false;
    this.#encoded = new Map();
    const corked = this.#corked;
    this.#corked = [];
    for (const socket of corked) socket.uncork();
  };
}

/** The frames of all updates one after the other. */
function framesOf(updates: readonly EncodedUpdate[]): Buffer | undefined {
  if (updates.length === 1) return updates[0]?.frame;
  const frames = updates.flatMap(({ frame }) => frame ?? []);
  return frames.length === updates.length ? Buffer.concat(frames) : undefined;
}

function emitEach(socket: GatewaySocket, entries: readonly LogEntry[]): void {
  for (const { update } of entries)
    socket.emit('stream_update', { type: 'stream_update', data: { update } });
}

function slowClient(): StreamingError {
  return new StreamingError(
    'SLOW_CLIENT',
    'You read too slowly, so this connection ends; reconnect and resume from your cursor.',
  );
}
