// read-room.ts
import type { StreamingClient } from '@hive-academy/langgraph-streaming/client';

/** Shows the new updates of a room. If `from` is 'start', shows the earlier updates first. */
export async function readRoom(
  client: StreamingClient,
  roomId: string,
  show: (data: unknown) => void,
  from: 'start' | 'live' = 'live',
) {
  for await (const { data } of client.room(roomId, { from })) show(data);
}
