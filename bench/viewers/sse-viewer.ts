import { get, type IncomingMessage } from 'node:http';
import type { ReceivedText, ReceivedUpdate } from './received-text.js';
import type { ViewerConnection } from './viewer-connection.js';

/** A viewer of a server-sent event stream. */
export async function connectSse(
  port: number,
  token: string,
  runId: string | undefined,
  text: ReceivedText,
): Promise<ViewerConnection> {
  const request = get({
    port,
    host: '127.0.0.1',
    path: `/runs/${runId}`,
    agent: false,
    headers: { authorization: `Bearer ${token}` },
  });
  const response = await new Promise<IncomingMessage>((resolve, reject) =>
    request.once('response', resolve).once('error', reject),
  );
  let rest = '';
  response.setEncoding('utf8').on('data', (chunk: string) => {
    const events = (rest + chunk).split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) take(event);
  });
  return {
    get bytesRead() {
      return response.socket.bytesRead;
    },
    close: () => request.destroy(),
    pause: () => response.socket.pause(),
    resume: () => response.socket.resume(),
  };

  function take(event: string): void {
    const line = event.split('\n').find((each) => each.startsWith('data: '));
    if (!line) return;
    text.take(JSON.parse(line.slice('data: '.length)) as ReceivedUpdate);
  }
}
