// read-room.ts
import type { StreamingClient } from '@hive-academy/langgraph-streaming/client';

/** Shows what is said in a room from now on, and what was said before if `from` is 'start'. */
export async function readRoom(
  client: StreamingClient,
  roomId: string,
  show: (data: unknown) => void,
  from: 'start' | 'live' = 'live',
) {
  for await (const { data } of client.room(roomId, { from })) show(data);
}
