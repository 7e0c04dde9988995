import { io } from 'socket.io-client';
import type { UpdateMessage } from '../viewers/socket-io-viewer.js';
import { show, type Followed } from './page.js';

export { shownText } from './page.js';

/** Follows a run with the client of Socket.IO alone. */
export async function follow({ url, namespace, token, runId }: Followed): Promise<void> {
  const socket = io(url + namespace, { auth: { token } });
  let text = '';
  socket.on('stream_update', ({ data }: UpdateMessage) => {
    if (data.update.type === 'token') show((text += data.update.data.content));
  });
  await new Promise((resolve) => socket.on('connect', () => resolve(undefined)));
  const answer: unknown = await socket.emitWithAck('subscribe_execution', { executionId: runId });
  if (!JSON.stringify(answer).includes('"ok":true')) throw new Error(JSON.stringify(answer));
}
