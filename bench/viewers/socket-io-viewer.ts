import { WebSocket } from 'ws';
import { NAMESPACE } from '../variant.js';
import { viewerConnection } from './websocket-viewer.js';
import type { ReceivedText, ReceivedUpdate } from './received-text.js';
import type { ViewerConnection } from './viewer-connection.js';

/** The library's message. */
export interface UpdateMessage {
  readonly type: 'stream_update';
  readonly data: { readonly update: ReceivedUpdate };
}

const EVENT = `42${NAMESPACE},`;
const CONNECTED = `40${NAMESPACE},`;
const ACKNOWLEDGED = `43${NAMESPACE},0`;

/**
 * A viewer of a Socket.IO server. It speaks the protocol itself: the official client costs so much
 * more per message than the server that the load process would be what is measured.
 */
export async function connectSocketIo(
  port: number,
  token: string,
  runId: string | undefined,
  text: ReceivedText,
): Promise<ViewerConnection> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`);
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('message', (data: Buffer) => {
      const packet = data.toString();
      if (packet.startsWith(EVENT)) take(packet);
      else if (packet === '2') socket.send('3');
      else if (packet.startsWith('0')) socket.send(`${CONNECTED}${JSON.stringify({ token })}`);
      else if (packet.startsWith(CONNECTED)) {
        if (runId === undefined) return resolve();
        socket.send(`${EVENT}0${JSON.stringify(['subscribe_execution', { executionId: runId }])}`);
      } else if (packet.startsWith(ACKNOWLEDGED)) {
        if (packet.includes('"ok":false')) reject(new Error(packet));
        else resolve();
      } else if (packet.startsWith('44')) reject(new Error(packet));
    });
  });
  return viewerConnection(socket);

  function take(packet: string): void {
    const [event, message] = JSON.parse(packet.slice(EVENT.length)) as [
      string,
      // The baselines send the update alone.
      UpdateMessage | ReceivedUpdate,
    ];
    if (event !== 'stream_update') return;
    text.take('update' in message.data ? message.data.update : (message as ReceivedUpdate));
  }
}
