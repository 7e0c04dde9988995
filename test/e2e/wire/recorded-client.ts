import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { WebSocket } from 'ws';

/** A line of a recording: a frame of the client, a frame of the server, or what the server did. */
type Line = { readonly client: string } | { readonly server: string } | { readonly does: string };

/** Values that differ from run to run; what a client does with them is to give them back. */
const VOLATILE = new Set([
  'sid',
  'id',
  'connectionId',
  'epoch',
  'correlationId',
  'timestamp',
  'serverTime',
  'uptime',
  'startedAt',
  'endedAt',
  'message',
]);

/** The recording of a client of version 1.0 that talked to a server of version 1.0. */
export function recording(): Line[] {
  return JSON.parse(readFileSync('test/e2e/wire/client-1.0.json', 'utf8')) as Line[];
}

/** A frame as its type, namespace and acknowledgement, and its JSON. */
function parse(frame: string): { readonly head: string; readonly body: unknown } {
  const start = frame.search(/[[{]/);
  if (start < 0) return { head: frame, body: undefined };
  return { head: frame.slice(0, start), body: JSON.parse(frame.slice(start)) as unknown };
}

/** What of `actual` a client reads that knows only what is in `expected`; unknown keys are dropped. */
function asRead(actual: unknown, expected: unknown): unknown {
  if (Array.isArray(expected) && Array.isArray(actual))
    return actual.map((one: unknown, index) => asRead(one, expected[index]));
  if (!isObject(expected) || !isObject(actual)) return actual;
  return Object.fromEntries(
    Object.entries(expected)
      .filter(([key]) => key in actual)
      .map(([key, value]) => [
        key,
        VOLATILE.has(key) && !isObject(value) ? typeof actual[key] : asRead(actual[key], value),
      ]),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Plays the recorded client. @param act - does what the server did then */
export async function replay(
  url: string,
  act: (what: string) => Promise<unknown>,
): Promise<{ received: unknown[]; expected: unknown[] }> {
  const received: unknown[] = [];
  const expected: unknown[] = [];
  const socket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
  const frames: string[] = [];
  socket.on('message', (data: Buffer) => {
    const frame = data.toString();
    if (frame === '2') return socket.send('3');
    frames.push(frame);
    socket.emit('frame');
    return undefined;
  });
  /** What the server calls what the recorded server called otherwise. */
  const epochs = new Map<string, string>();
  for (const line of recording()) {
    if ('does' in line) await act(line.does);
    else if ('client' in line) {
      let { client } = line;
      for (const [then, now] of epochs) client = client.replaceAll(then, now);
      socket.send(client);
    } else {
      // What answers a request and what updates a subscription are in no order with each other.
      const was = parse(line.server);
      const isNext = (frame: string): boolean =>
        was.head.startsWith('43') ? frame.startsWith(`${was.head}[`) : !frame.startsWith('43');
      while (!frames.some(isNext)) await once(socket, 'frame');
      const [frame = ''] = frames.splice(frames.findIndex(isNext), 1);
      const is = parse(frame);
      expected.push([was.head, asRead(was.body, was.body)]);
      received.push([is.head, asRead(is.body, was.body)]);
      learn(was.body, is.body, epochs);
    }
  }
  socket.close();
  return { received, expected };
}

function learn(was: unknown, is: unknown, epochs: Map<string, string>): void {
  if (typeof was !== 'object' || was === null || typeof is !== 'object' || is === null) return;
  for (const [key, value] of Object.entries(was)) {
    const now = (is as Record<string, unknown>)[key];
    if (key === 'epoch' && typeof value === 'string' && typeof now === 'string')
      epochs.set(value, now);
    else learn(value, now, epochs);
  }
}
