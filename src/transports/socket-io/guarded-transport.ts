import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ConnectionSlot } from '../../access/rate-limit/connection-limiter.js';
import {
  endPolling,
  forceClose,
  netSocketOf,
  webSocketOf,
  type Engine,
} from './engine-internals.js';
import type { GatewaySocket } from '../../gateway/socket-types.js';
import { boundQueue } from './outgoing-queue.js';
import { PACKET, readHeader } from './packet-header.js';
import type { RequestFault } from './request-check.js';
import type { TransportLimits } from './transport-limits.js';

/** How long a client may take to read why its transport is closed, in milliseconds. */
const GRACE_MS = 10_000;

/** Why a transport is closed by force. */
export type TransportFault = 'connects' | 'packets' | 'size' | 'queue';

/** What the guard knows of the server of a transport. */
export interface TransportContext {
  readonly limits: () => TransportLimits;
  /** Whether a namespace is another gateway's, which counts what its clients send. */
  readonly isForeign: (namespace: string) => boolean;
  readonly onFault: (fault: TransportFault) => void;
}

/** A packet of the engine. */
interface EnginePacket {
  readonly type: string;
  readonly data?: string | Buffer;
}

/**
 * The account of one transport of the engine, before and after the credential: what it sends, what waits
 * for it, how long it is in no namespace.
 */
export class GuardedTransport {
  /** The place that it takes in the account of the application. */
  place: ConnectionSlot | undefined;
  #fault: RequestFault | undefined;
  /** The sockets of its namespaces, and whether they are the library's. */
  readonly #sockets = new Map<GatewaySocket, boolean>();
  /** Answers to its requests that have not left yet. */
  readonly #answers = new Set<ServerResponse>();
  /** The network under its WebSocket. */
  #network: Socket | undefined;
  /** The network under a WebSocket that it tries to upgrade to. */
  #upgrading: Socket | undefined;
  #timer: NodeJS.Timeout | undefined;
  #windowEnd = 0;
  #packets = 0;
  #connects = 0;
  /** Whether attachments that come now belong to a packet for another gateway. */
  #isForeign = false;

  constructor(
    private readonly engine: Engine,
    private readonly context: TransportContext,
  ) {
    boundQueue(
      engine,
      () => (this.#isElsewhere ? Infinity : context.limits().maxQueuedBytes),
      () => this.#end('queue'),
    );
    // Each namespace that it asks for listens; how many there are is bounded by `maxConnects`.
    engine.setMaxListeners(0);
    engine.on('packet', (packet: EnginePacket) => this.#receive(packet));
    engine.on('upgrade', () => this.#useWebSocket());
    engine.once('close', () => this.#close());
    this.#useWebSocket();
    this.#waitForNamespace();
  }

  /** Why it may not enter a namespace of the library. */
  get fault(): RequestFault | undefined {
    return this.#fault;
  }

  /** Whether it is in a namespace of the library. */
  get isOurs(): boolean {
    for (const isOurs of this.#sockets.values()) if (isOurs) return true;
    return false;
  }

  /** Whether it is in namespaces of other gateways only. */
  get #isElsewhere(): boolean {
    return this.#sockets.size > 0 && !this.isOurs;
  }

  /** One of its requests did not pass. */
  refuse(fault: RequestFault): void {
    this.#fault ??= fault;
  }

  /** It sent a request. Answers to earlier ones that it does not read count as waiting for it. */
  request(response: ServerResponse): void {
    if (this.#isElsewhere) return;
    let unread = 0;
    for (const answer of this.#answers) unread += answer.writableLength;
    if (unread > this.context.limits().maxQueuedBytes) this.#end('queue');
    this.#answers.add(response);
    response.once('close', () => this.#answers.delete(response));
  }

  /** It asks for an upgrade: once at a time. */
  upgrade(network: Socket): void {
    this.#upgrading?.destroy();
    this.#upgrading = network;
  }

  /** It has entered a namespace. */
  enter(socket: GatewaySocket, isOurs: boolean): void {
    clearTimeout(this.#timer);
    this.#sockets.set(socket, isOurs);
    // A request can have failed while the credential was checked.
    if (isOurs && this.#fault !== undefined) socket.disconnect(true);
  }

  /** It has left a namespace. It goes with the last one of the library. */
  leave(socket: GatewaySocket): void {
    const wasOurs = this.#sockets.get(socket);
    this.#sockets.delete(socket);
    if (this.#sockets.size > 0 || this.engine.readyState === 'closed') return;
    if (wasOurs) setImmediate(() => this.#retire());
    else this.#waitForNamespace();
  }

  /** It finds no place: it is told so, then closed. */
  turnAway(packets: readonly (string | Buffer)[]): void {
    for (const packet of packets) this.engine.write(packet);
    this.#retire();
  }

  #waitForNamespace(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#retire(0), this.context.limits().connectTimeoutMs).unref();
  }

  /** Closes it in order, and by force if the client does not take part. */
  #retire(graceMs = GRACE_MS): void {
    if (this.#sockets.size > 0) return;
    if (graceMs > 0) this.engine.close();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#destroy(), graceMs).unref();
  }

  #end(fault: TransportFault): void {
    if (this.engine.readyState !== 'open') return;
    this.context.onFault(fault);
    this.#destroy();
  }

  #destroy(): void {
    forceClose(this.engine);
    this.#network?.destroy();
    for (const answer of this.#answers) answer.destroy();
  }

  /** What was written to a WebSocket stays until the client takes part in closing it. */
  #close(): void {
    clearTimeout(this.#timer);
    endPolling(this.engine);
    this.#upgrading?.destroy();
    const network = this.#network;
    if (!network || network.destroyed) {
      this.place?.release();
      return;
    }
    const timer = setTimeout(() => network.destroy(), GRACE_MS).unref();
    network.once('close', () => {
      clearTimeout(timer);
      this.place?.release();
    });
  }

  #useWebSocket(): void {
    this.#network = netSocketOf(this.engine.transport);
    if (this.#network === this.#upgrading) this.#upgrading = undefined;
    // A pong is written for each ping, below the engine.
    webSocketOf(this.engine.transport)?.on('ping', () => {
      if (this.#isElsewhere) return;
      if ((this.#network?.writableLength ?? 0) > 2 * this.context.limits().maxQueuedBytes)
        this.#end('queue');
      else this.#countPacket();
    });
  }

  #receive({ type, data }: EnginePacket): void {
    if (type !== 'message' || data === undefined) {
      if (!this.#isElsewhere) this.#countPacket();
      return;
    }
    const isText = typeof data === 'string';
    const header = isText ? readHeader(data) : undefined;
    if (header) this.#isForeign = this.context.isForeign(header.namespace);
    if (header?.type === PACKET.connect) this.#countConnect();
    if (this.#isForeign) return;
    if (data.length > this.context.limits().maxPayloadBytes) this.#end('size');
    // The gateway counts the events that reach it.
    else if (!header || !isEvent(header.type) || !this.#isIn(header.namespace)) this.#countPacket();
  }

  #isIn(namespace: string): boolean {
    for (const socket of this.#sockets.keys()) if (socket.nsp.name === namespace) return true;
    return false;
  }

  #countConnect(): void {
    this.#beginWindow();
    this.#connects += 1;
    if (this.#connects > this.context.limits().maxConnects) this.#end('connects');
  }

  #countPacket(): void {
    this.#beginWindow();
    this.#packets += 1;
    if (this.#packets > this.context.limits().maxPackets) this.#end('packets');
  }

  #beginWindow(): void {
    const now = performance.now();
    if (now < this.#windowEnd) return;
    this.#windowEnd = now + this.context.limits().windowMs;
    this.#packets = 0;
    this.#connects = 0;
  }
}

function isEvent(type: number): boolean {
  return type === PACKET.event || type === PACKET.binaryEvent;
}
