import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ConnectionSlot } from '../../access/rate-limit/connection-limiter.js';
import {
  endPolling,
  forceClose,
  interceptUpgrades,
  interceptWrites,
  netSocketOf,
  webSocketOf,
  type Engine,
} from './engine-internals.js';
import type { GatewaySocket } from '../../gateway/socket-types.js';
import { writeHeld } from './held-packets.js';
import { noteAnswer, openAnswers } from './open-answers.js';
import { OutgoingQueue, type OutgoingLimits } from './outgoing-queue.js';
import { PACKET, readHeader } from './packet-header.js';
import type { RequestFault } from './request-check.js';
import type { TransportLimits } from './transport-limits.js';

/** How long a client may take to read why its transport is closed, in milliseconds. */
const GRACE_MS = 10_000;

/** The limits of a transport that is in namespaces of other gateways only. */
const UNLIMITED: OutgoingLimits = { maxQueuedBytes: Infinity, slowTimeoutMs: 2 ** 31 - 1 };

/** Why a transport is closed by force. */
export type TransportFault = 'connects' | 'packets' | 'size' | 'queue';

/** The facts about the server of a transport. */
export interface TransportContext {
  readonly limits: () => TransportLimits;
  /** Whether a namespace belongs to another gateway, which counts the messages of its clients itself. */
  readonly isForeign: (namespace: string) => boolean;
  readonly onFault: (fault: TransportFault) => void;
  /** Called when a transport and its network socket are closed. */
  readonly onGone: (engine: Engine) => void;
}

interface EnteredSocket {
  readonly socket: GatewaySocket;
  /** Whether its namespace is the library's. */
  readonly isOurs: boolean;
}

/** A packet of the engine. */
interface EnginePacket {
  readonly type: string;
  readonly data?: string | Buffer;
}

/**
 * Counts what one transport of the engine does, before and after the credential: its packets, the data that
 * waits for it, and how long it is in no namespace. Most connections are idle, so it uses little memory and
 * few listeners.
 */
export class GuardedTransport {
  /** The place of the transport in the account of the application. */
  place: ConnectionSlot | undefined;
  /** The place that it takes until it enters its first namespace, if others share the server. */
  waitingPlace: ConnectionSlot | undefined;
  #fault: RequestFault | undefined;
  /** By namespace. Nearly always there is only one. */
  #sockets: readonly EnteredSocket[] = [];
  /** The network socket of its WebSocket. */
  #network: Socket | undefined;
  /** The network socket of a WebSocket that it tries to upgrade to. */
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
    const limits = (): OutgoingLimits => (this.#isElsewhere ? UNLIMITED : context.limits());
    const onFull = (): void => this.#end('queue');
    interceptWrites(engine, new OutgoingQueue(engine, limits, context.isForeign, onFull));
    // Each requested namespace adds a listener. Their number is limited by `maxConnects`.
    engine.setMaxListeners(0);
    engine.on('packet', (packet: EnginePacket) => this.#receive(packet));
    if (engine.transport.name === 'polling') {
      interceptUpgrades(engine, (transport) => this.#watchUpgrading(transport));
      engine.on('upgrade', () => this.#useWebSocket());
    }
    engine.on('close', () => this.#close());
    this.#watchControlFrames(engine.transport);
    this.#useWebSocket();
    this.#waitForNamespace();
  }

  /** Why it may not enter a namespace of the library. */
  get fault(): RequestFault | undefined {
    return this.#fault;
  }

  /** Whether it is in a namespace of the library. */
  get isOurs(): boolean {
    return this.#sockets.some(({ isOurs }) => isOurs);
  }

  /** Whether it is in namespaces of other gateways only. */
  get #isElsewhere(): boolean {
    return this.#sockets.length > 0 && !this.isOurs;
  }

  /** One of its requests was refused. */
  refuse(fault: RequestFault): void {
    this.#fault ??= fault;
  }

  /** It has sent a request. Unread answers to earlier requests count as waiting data. */
  request(response: ServerResponse): void {
    if (this.#isElsewhere) return;
    const unread = openAnswers(this.engine).map(({ writableLength }) => writableLength);
    // One answer may have any size, since one packet may.
    const others = unread.reduce((sum, length) => sum + length, 0) - Math.max(0, ...unread);
    if (others > this.context.limits().maxQueuedBytes) this.#end('queue');
    noteAnswer(this.engine, response);
  }

  /** It requests an upgrade. Only one upgrade may run at a time. */
  upgrade(network: Socket): void {
    this.#upgrading?.destroy();
    this.#upgrading = network;
  }

  /** It has entered a namespace. */
  enter(socket: GatewaySocket, isOurs: boolean): void {
    this.#stopWaiting();
    this.waitingPlace?.release();
    this.#sockets = this.#sockets.concat({ socket, isOurs });
    // A request may have failed while the credential was checked.
    if (isOurs && this.#fault !== undefined) socket.disconnect(true);
  }

  /** It has left a namespace. When it leaves its last namespace of the library, it is closed. */
  leave(socket: GatewaySocket): void {
    const left = this.#sockets.find((entered) => entered.socket === socket);
    this.#sockets = this.#sockets.filter((entered) => entered !== left);
    if (this.#sockets.length > 0 || this.engine.readyState === 'closed') return;
    if (left?.isOurs) setImmediate(() => this.#retire());
    else this.#waitForNamespace();
  }

  /** Ends the time for the client to cooperate, if the transport is being closed. */
  hurry(): void {
    if (this.engine.readyState !== 'open') this.#destroy();
  }

  /** There is no place for it: it is told so, then closed. */
  turnAway(packets: readonly (string | Buffer)[]): void {
    for (const packet of packets) this.engine.write(packet);
    this.#retire();
  }

  #stopWaiting(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #waitForNamespace(): void {
    this.#stopWaiting();
    this.#timer = setTimeout(() => this.#retire(0), this.context.limits().connectTimeoutMs).unref();
  }

  /** Closes it normally, and by force if the client does not cooperate. */
  #retire(graceMs = GRACE_MS): void {
    if (this.#sockets.length > 0) return;
    if (graceMs > 0) this.engine.close();
    this.#stopWaiting();
    this.#timer = setTimeout(() => this.#destroy(), graceMs).unref();
  }

  #end(fault: TransportFault): void {
    // One that is closing still waits for its client, and still answers pings.
    if (this.engine.readyState === 'closed') return;
    this.context.onFault(fault);
    this.#destroy();
  }

  #destroy(): void {
    writeHeld(this.engine);
    forceClose(this.engine);
    this.#network?.destroy();
    for (const answer of openAnswers(this.engine)) answer.destroy();
  }

  /** Data that was written to a WebSocket stays in memory until the client cooperates in closing it. */
  #close(): void {
    this.#stopWaiting();
    endPolling(this.engine);
    this.#upgrading?.destroy();
    const network = this.#network;
    if (!network || network.destroyed) {
      this.#goAway();
      return;
    }
    const timer = setTimeout(() => network.destroy(), GRACE_MS).unref();
    network.once('close', () => {
      clearTimeout(timer);
      this.#goAway();
    });
  }

  #goAway(): void {
    this.place?.release();
    this.waitingPlace?.release();
    this.context.onGone(this.engine);
  }

  #useWebSocket(): void {
    this.#network = netSocketOf(this.engine.transport);
    if (this.#network === this.#upgrading) this.#upgrading = undefined;
  }

  /** The engine tells of packets only once the WebSocket that brings them is its transport. */
  #watchUpgrading(transport: Engine['transport']): void {
    transport.on('packet', () => {
      if (this.engine.transport !== transport && !this.#isElsewhere) this.#countPacket();
    });
    this.#watchControlFrames(transport);
  }

  /** Pings and pongs of a WebSocket come below the engine, and a pong is written for each ping. */
  #watchControlFrames(transport: Engine['transport']): void {
    const webSocket = webSocketOf(transport);
    const network = netSocketOf(transport);
    const count = (): void => {
      if (this.#isElsewhere) return;
      if ((network?.writableLength ?? 0) > 2 * this.context.limits().maxQueuedBytes)
        this.#end('queue');
      else this.#countPacket();
    };
    webSocket?.on('ping', count);
    webSocket?.on('pong', count);
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
    return this.#sockets.some(({ socket }) => socket.nsp.name === namespace);
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
