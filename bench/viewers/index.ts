import type { ViewerKind } from '../variant.js';
import type { ReceivedText } from './received-text.js';
import { connectSocketIo } from './socket-io-viewer.js';
import { connectSse } from './sse-viewer.js';
import type { ViewerConnection } from './viewer-connection.js';
import { connectWebSocket } from './websocket-viewer.js';

/** Connects a viewer and subscribes it to a run, or to nothing; resolves when it would get tokens. */
export function connectViewer(
  kind: ViewerKind,
  port: number,
  token: string,
  runId: string | undefined,
  text: ReceivedText,
): Promise<ViewerConnection> {
  const connect = { websocket: connectWebSocket, 'socket.io': connectSocketIo, sse: connectSse }[
    kind
  ];
  return connect(port, token, runId, text);
}
