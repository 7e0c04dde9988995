import type { UpdateMessage } from '../viewers/socket-io-viewer.js';
import { show, type Followed } from './page.js';

export { shownText } from './page.js';

/** Follows a run with a WebSocket alone, whose frames are parsed as JSON. */
export async function follow({ url, namespace, token, runId }: Followed): Promise<void> {
  const address = `${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`;
  const socket = new WebSocket(address);
  const event = `42${namespace},`;
  let text = '';
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('error', () => reject(new Error('The WebSocket has failed.')));
    socket.addEventListener('message', ({ data }) => {
      const packet = data as string;
      if (packet.startsWith(event)) take(packet.slice(event.length));
      else if (packet === '2') socket.send('3');
      else if (packet.startsWith('0')) socket.send(`40${namespace},${JSON.stringify({ token })}`);
      else if (packet.startsWith('40'))
        socket.send(
          `42${namespace},0${JSON.stringify(['subscribe_execution', { executionId: runId }])}`,
        );
      else if (packet.includes('"ok":true')) resolve();
      else reject(new Error(packet));
    });
  });

  function take(json: string): void {
    const [name, { data }] = JSON.parse(json) as [string, UpdateMessage];
    if (name === 'stream_update' && data.update.type === 'token')
      show((text += data.update.data.content));
  }
}
