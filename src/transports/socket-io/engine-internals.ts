import type { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { GatewaySocket } from '../../gateway/socket-types.js';

/** A connection of Engine.IO, which carries the packets of Socket.IO. */
export type Engine = GatewaySocket['conn'];

/** The WebSocket in the transport of Engine.IO: a `WebSocket` of the `ws` package. */
interface EngineWebSocket extends EventEmitter {
  readonly readyState: number;
  /** The extensions that were negotiated, such as compression. */
  readonly extensions: string;
  readonly _socket: unknown;
}

const WEBSOCKET_OPEN = 1;

// Reads internals of `engine.io`, `ws` and `node:net`, which are not public. If they differ from what is
// expected, the functions return undefined, and the public interface is used instead.

/** The packets that wait in the engine for its transport. */
export function waitingPackets(engine: Engine): unknown[] | undefined {
  const { writeBuffer } = engine as unknown as { readonly writeBuffer?: unknown };
  return Array.isArray(writeBuffer) ? (writeBuffer as unknown[]) : undefined;
}

/** Writes the waiting packets of an engine, if its transport is writable. */
export function flushOf(engine: Engine): ((this: Engine) => void) | undefined {
  const { flush } = engine as unknown as { readonly flush?: unknown };
  return typeof flush === 'function' ? (flush as (this: Engine) => void) : undefined;
}

/** The id of a connection of Engine.IO, which HTTP requests name as `sid`. */
export function idOf(engine: Engine): string {
  return (engine as unknown as { readonly id: string }).id;
}

/** Closes a connection of Engine.IO immediately, even if it waits for its client to cooperate. */
export function forceClose(engine: Engine): void {
  engine.close(true);
  if (engine.readyState !== 'closed')
    (engine as unknown as { onClose(reason: string): void }).onClose('forced close');
}

/**
 * Ends a polling transport whose connection is closed. Engine.IO would wait half a minute for a poll, with a
 * timer that keeps the process alive. But the session no longer exists, so no poll can come.
 */
export function endPolling({ transport }: Engine): void {
  const { shouldClose } = transport as unknown as { readonly shouldClose?: (() => void) | null };
  shouldClose?.();
}

/** The request with which a connection of Engine.IO was opened. */
export function requestOf(engine: Engine): IncomingMessage {
  return (engine as unknown as { readonly request: IncomingMessage }).request;
}

/** The size of packets of the engine: in bytes, or in characters for text. */
export function sizeOfPackets(packets: readonly unknown[]): number {
  let size = 0;
  for (const packet of packets) {
    const { data } = packet as { readonly data?: string | Buffer };
    size += data?.length ?? 0;
  }
  return size;
}

/** The network socket under the WebSocket of a transport. */
export function netSocketOf(transport: Engine['transport']): Socket | undefined {
  const socket = webSocketOf(transport)?._socket;
  return socket instanceof Socket ? socket : undefined;
}

/**
 * The network socket of a WebSocket, if frames can be written to it directly: the WebSocket is open, and has
 * no extension that transforms frames.
 */
export function plainNetSocket(transport: Engine['transport']): Socket | undefined {
  const webSocket = webSocketOf(transport);
  if (webSocket?.readyState !== WEBSOCKET_OPEN || webSocket.extensions !== '') return undefined;
  return netSocketOf(transport);
}

/** Marks the packets of updates in the options of the engine. */
const UPDATE = Symbol('update');

/** Whether a packet is an update of the log, by its options. */
export function isUpdate(options: object | undefined): boolean {
  return typeof options === 'object' && UPDATE in options;
}

/** A packet on its way into an engine, with the arguments of the engine's function. */
export interface WrittenPacket {
  readonly type: string;
  readonly data?: string | Buffer | undefined;
  readonly options?: object | undefined;
  readonly callback?: (() => void) | undefined;
}

/** Called with every packet before it is written to an engine. */
export interface WriteWatcher {
  /** @returns the packet to write; undefined to write nothing now */
  beforeWrite(packet: WrittenPacket): WrittenPacket | undefined;
}

const WATCHER = Symbol('watcher');
const UNWATCHED = Symbol('unwatched');

type SendPacket = (
  this: WatchedEngine,
  type: string,
  data?: string | Buffer,
  options?: object,
  callback?: () => void,
) => void;

interface WatchedEngine {
  sendPacket: SendPacket;
  [WATCHER]?: WriteWatcher;
  [UNWATCHED]?: SendPacket;
}

/** Observes the packets that are written to an engine. */
export function interceptWrites(engine: Engine, watcher: WriteWatcher): void {
  const internals = engine as unknown as WatchedEngine;
  internals[WATCHER] = watcher;
  internals[UNWATCHED] = internals.sendPacket;
  internals.sendPacket = sendWatched;
}

/**
 * Tells of each transport that a connection tries to upgrade to, before anything comes over it. The engine
 * listens to it first: it would fail at a packet if the connection were closed before its turn.
 */
export function interceptUpgrades(
  engine: Engine,
  onUpgrading: (transport: Engine['transport']) => void,
): void {
  const internals = engine as unknown as Record<string, unknown>;
  // Engine.IO renamed it in 6.6.
  for (const name of ['_maybeUpgrade', 'maybeUpgrade']) {
    const begin = internals[name];
    if (typeof begin !== 'function') continue;
    internals[name] = (transport: Engine['transport']): void => {
      begin.call(engine, transport);
      onUpgrading(transport);
    };
  }
}

/** One function for all engines, because a separate function would cost memory for each connection. */
function sendWatched(
  this: WatchedEngine,
  ...[type, data, options, callback]: Parameters<SendPacket>
): void {
  const packet = { type, data, options, callback };
  const written = this[WATCHER] ? this[WATCHER].beforeWrite(packet) : packet;
  if (written) this[UNWATCHED]?.(written.type, written.data, written.options, written.callback);
}

/** Writes a packet without asking the watcher. */
export function writeUnwatched(engine: Engine, packet: WrittenPacket): void {
  const { type, data, options, callback } = packet;
  (engine as unknown as WatchedEngine)[UNWATCHED]?.(type, data, options, callback);
}

/** Passes a packet to the engine, with its WebSocket frame for a transport that can use the frame. */
export function writeToEngine(
  engine: Engine,
  packet: string | Buffer,
  frame: Buffer | undefined,
): void {
  // A new object each time, because the engine adds properties to it.
  const options = frame
    ? { [UPDATE]: true, compress: true, wsPreEncodedFrame: [frame] }
    : { [UPDATE]: true };
  engine.write(packet, options);
}

/** The WebSocket of a transport, if it has one. */
export function webSocketOf(transport: Engine['transport']): EngineWebSocket | undefined {
  if (transport.name !== 'websocket') return undefined;
  return (transport as unknown as { readonly socket?: EngineWebSocket }).socket;
}
