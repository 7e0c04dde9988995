import { randomUUID } from 'node:crypto';
import { principalKey, type Principal } from '../access/principal.js';
import type { KeyedStart, ThreadStore } from '../cluster/thread-store.js';
import { StreamingError } from '../errors/streaming.error.js';
import type { StartExecutionPayload } from '../protocol/thread-messages.js';

/**
 * Returns the ids of a start. A start that is repeated with its key gets the ids of the first attempt.
 *
 * @param retentionMs - how long the key is remembered
 * @throws StreamingError `INVALID_PAYLOAD` if the key was used for a start in another thread
 */
export async function idsOfStart(
  { key, threadId }: Pick<StartExecutionPayload, 'key' | 'threadId'>,
  principal: Principal,
  store: Pick<ThreadStore, 'claimKey'>,
  retentionMs: number,
): Promise<KeyedStart> {
  const planned = { executionId: randomUUID(), threadId: threadId ?? randomUUID() };
  if (key === undefined) return planned;
  const claimed = await store.claimKey(`${principalKey(principal)} ${key}`, planned, retentionMs);
  if (threadId === undefined || claimed.threadId === threadId) return claimed;
  const message = 'The key was used for a start in another thread; make a new key for each start.';
  throw new StreamingError('INVALID_PAYLOAD', message, {
    issues: [{ path: 'key', message: 'was used for a start in another thread' }],
  });
}
