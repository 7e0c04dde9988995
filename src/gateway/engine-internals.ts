import { Socket } from 'node:net';
import type { GatewaySocket } from './gateway-types.js';

/** A connection of Engine.IO, which carries the packets of Socket.IO. */
export type Engine = GatewaySocket['conn'];

/** What the websocket transport of Engine.IO holds: a `WebSocket` of the `ws` package. */
interface EngineWebSocket {
  readonly readyState: number;
  /** The extensions that were negotiated, such as compression. */
  readonly extensions: string;
  readonly _socket: unknown;
}

const WEBSOCKET_OPEN = 1;

// What is read here is no public interface of `engine.io` and `ws`. Where it is not as expected the
// answer is undefined, and the public interface is used instead.

/** The packets that wait in the engine for its transport. */
export function waitingPackets(engine: Engine): readonly unknown[] | undefined {
  const { writeBuffer } = engine as unknown as { readonly writeBuffer?: unknown };
  return Array.isArray(writeBuffer) ? writeBuffer : undefined;
}

/**
 * The network socket under a WebSocket on which frames can be written as they are: one that is open
 * and has no extension that would have to transform them.
 */
export function plainNetSocket(transport: Engine['transport']): Socket | undefined {
  const webSocket = webSocketOf(transport);
  if (webSocket?.readyState !== WEBSOCKET_OPEN || webSocket.extensions !== '') return undefined;
  return webSocket._socket instanceof Socket ? webSocket._socket : undefined;
}

/** Gives the engine a packet, and the WebSocket frame of it for a transport that can use that. */
export function writeToEngine(
  engine: Engine,
  packet: string | Buffer,
  frame: Buffer | undefined,
): void {
  // A new object each time, since the engine adds to it.
  const options = frame ? { compress: true, wsPreEncodedFrame: [frame] } : {};
  engine.write(packet, options);
}

function webSocketOf(transport: Engine['transport']): EngineWebSocket | undefined {
  if (transport.name !== 'websocket') return undefined;
  return (transport as unknown as { readonly socket?: EngineWebSocket }).socket;
}
