// plain-socket.ts
import { io } from 'socket.io-client';

/** Returns the whole text of a run. Needs only Socket.IO; does not resume after a disconnect. */
export async function plainText(url: string, token: string, executionId: string) {
  const socket = io(`${url}/streaming`, { auth: { token }, transports: ['websocket'] });
  let text = '';
  const ended = new Promise<void>((resolve) => {
    socket.on('stream_update', ({ data: { update } }) => {
      if (update.type === 'token') text += update.data.content;
      if (/^workflow:(end|error|cancel)$/.test(update.type)) resolve();
    });
  });
  const answer = await socket.emitWithAck('subscribe_execution', { executionId });
  if (answer.ok) await ended;
  socket.disconnect();
  if (!answer.ok) throw new Error(answer.error.code);
  return text;
}
