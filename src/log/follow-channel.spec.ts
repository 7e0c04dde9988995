import { describe, expect, it } from '@jest/globals';
import { executionChannel } from '../protocol/channel.js';
import type { Cursor } from '../protocol/cursor.js';
import { followChannel } from './follow-channel.js';
import { draftUpdate, type LogEntry } from './log-entry.js';
import { MemoryStreamLog } from './memory-stream-log.js';

const channel = executionChannel('run');
const draft = (data: string) => draftUpdate({ type: 'custom', data });

describe('followChannel', () => {
  it('goes on in the channel that took the place of one that was removed', async () => {
    const bounds = { maxEntries: 100, maxBytes: 1e6, retentionMs: 60_000, roomIdleMs: 60_000 };
    const log = new MemoryStreamLog(bounds);
    const { epoch } = await log.open(channel);
    await log.append(channel, [draft('old')]);
    const resets: Cursor[] = [];
    const entries = followChannel(log, channel, { onReset: (cursor) => resets.push(cursor) });
    const data = async (): Promise<unknown> =>
      ((await entries.next()).value as LogEntry | undefined)?.update.data;

    expect(await data()).toBe('old');
    const next = data();
    // In one step, so that it never looks while there is none.
    const [, reopened] = await Promise.all([log.delete(channel), log.open(channel)]);
    await log.append(channel, [draft('new')]);
    expect(await next).toBe('new');
    expect(resets).toEqual([{ epoch: reopened.epoch, sequence: 0 }]);
    expect(reopened.epoch).not.toBe(epoch);

    const last = data();
    await log.append(channel, [draft('newer')]);
    expect(await last).toBe('newer');
    await log.end(channel);
    expect(await entries.next()).toEqual({ done: true, value: undefined });
    await log.close();
  });
});
