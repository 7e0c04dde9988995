import type { Thread } from '@hive-academy/langgraph-streaming/client';

/** The newest checkpoint of the present branch that does not have a message yet. */
export async function checkpointBefore(
  thread: Pick<Thread, 'history'>,
  messageId: string | undefined,
): Promise<string> {
  const { checkpoints } = await thread.history({ limit: 100 });
  const byId = new Map(checkpoints.map((one) => [one.checkpointId, one]));
  let checkpoint = checkpoints.at(0);
  while (checkpoint?.messages.some(({ id }) => id === messageId))
    checkpoint = byId.get(checkpoint.parentId ?? '');
  if (!checkpoint) throw new Error('The message is too old to be changed.');
  return checkpoint.checkpointId;
}
