import { io, type Socket } from 'socket.io-client';
import type { Ack, SubscriptionPosition } from '../../../src/client/index.js';
import type { StreamUpdate } from '../../../src/index.js';
import { deferred } from '../../../src/common/deferred.js';
import { sequencesOf } from '../../e2e/client/waiters.js';
import { Collected, type Report, type Viewer } from './collected.js';

/** A viewer with nothing but socket.io-client, which reconnects by itself, and a cursor for each channel. */
export function plainViewer(
  name: string,
  url: string,
  room: string,
  executions: readonly string[],
): Viewer & { close(): void } {
  const socket: Socket = io(`${url}/streaming`, {
    reconnectionDelay: 1,
    reconnectionDelayMax: 20,
    forceNew: true,
    ackTimeout: 1_000,
  });
  const ready = deferred<undefined>();
  const report = deferred<Report>();
  const ids = [...executions, room];
  const channels = new Map(ids.map((id) => [id, new Collected()]));
  const cursors = new Map<string, { epoch: string; sequence: number }>();
  const live = new Set<string>();
  const over = new Set<string>();
  let isClosed = false;

  const subscribe = (id: string): void => {
    if (over.has(id)) return;
    live.delete(id);
    const cursor = cursors.get(id);
    const options = cursor ? { cursor } : { from: 'start' };
    const [event, payload] =
      id === room
        ? ['join_room', { roomId: id, options }]
        : ['subscribe_execution', { executionId: id, options }];
    // In the turn in which it comes, since a promise would settle later than the updates behind it.
    socket.emit(event, payload, (lost: Error | null, answer: Ack<SubscriptionPosition>) => {
      if (lost) return socket.connected ? subscribe(id) : undefined;
      if (!answer.ok) return report.reject(new Error(`${name}: ${id} ${answer.error.code}`));
      if (cursor && !answer.recovered)
        return report.reject(new Error(`${name}: ${id} is not whole`));
      cursors.set(id, answer.cursor);
      live.add(id);
      if (live.size + over.size === ids.length) ready.resolve(undefined);
      return undefined;
    });
  };
  socket.on('connect', () => ids.forEach(subscribe));
  socket.on('disconnect', () => {
    live.clear();
    // Socket.IO does not reconnect by itself when the server ended the connection.
    if (!socket.active && !isClosed) socket.connect();
  });
  socket.on('stream_update', ({ data: { update } }: { data: { update: StreamUpdate } }) => {
    const id = update.metadata?.roomId ?? update.metadata?.executionId ?? '';
    const cursor = cursors.get(id);
    const [first = 0] = sequencesOf(update);
    const last = update.metadata?.sequenceNumber ?? 0;
    if (!cursor || !live.has(id) || over.has(id) || last <= cursor.sequence) return;
    if (first !== cursor.sequence + 1) return subscribe(id);
    cursors.set(id, { ...cursor, sequence: last });
    channels.get(id)?.add(update);
    if (update.data !== 'over' && update.type !== 'workflow:end') return;
    over.add(id);
    if (over.size === ids.length) report.resolve(Object.fromEntries(channels));
  });
  return {
    name,
    ready: ready.promise,
    report: report.promise,
    close: () => {
      isClosed = true;
      socket.disconnect();
    },
  };
}
