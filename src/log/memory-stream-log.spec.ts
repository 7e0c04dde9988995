import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { collectGarbage } from '../../test/support/collect-garbage.js';
import { executionChannel, roomChannel } from '../protocol/channel.js';
import { StreamEventType } from '../protocol/stream-event-type.js';
import { streamLogContract } from '../testing/stream-log-contract.js';
import { draftUpdate } from './log-entry.js';
import type { LogEvent } from './log-event.js';
import { MemoryStreamLog } from './memory-stream-log.js';

const BOUNDS = { maxEntries: 100, maxBytes: 1_000_000, retentionMs: 1_000, roomIdleMs: 5_000 };

const message = draftUpdate({ type: StreamEventType.CUSTOM, data: 'm' });

describe('MemoryStreamLog', () => {
  streamLogContract({ describe, it }, (bounds) => new MemoryStreamLog(bounds), {
    keepsText: true,
    another: (log) => log,
  });

  it('tells all of one update before any of the next, if whoever is told appends', async () => {
    const log = new MemoryStreamLog(BOUNDS);
    const channel = executionChannel('echo');
    await log.open(channel);
    const heard: string[] = [];
    const hear = (name: string, event: LogEvent): void => {
      if (event.type !== 'entries') return;
      for (const { sequence } of event.entries) heard.push(`${name} ${sequence}`);
    };
    let echoes = 2;
    await log.follow(channel, (event) => {
      hear('one', event);
      if ((echoes -= 1) >= 0) log.appendNow(channel, [message]);
    });
    await log.follow(channel, (event) => hear('other', event));
    log.appendNow(channel, [message]);
    expect(heard).toEqual(['one 1', 'other 1', 'one 2', 'other 2', 'one 3', 'other 3']);
  });

  it('costs the garbage collector little when it is full', async () => {
    const log = new MemoryStreamLog({ ...BOUNDS, maxEntries: 10_000, maxBytes: 8_000_000 });
    const draft = draftUpdate({
      type: StreamEventType.TOKEN,
      nodeId: 'agent',
      data: { content: 'some words of an answer ' },
    });
    const held = async (): Promise<number> => {
      await collectGarbage();
      return process.memoryUsage().heapUsed;
    };
    const before = await held();
    for (let run = 0; run < 10; run += 1) {
      const channel = executionChannel(`run ${run}`);
      await log.open(channel);
      for (let update = 0; update < 10_000; update += 1) log.appendNow(channel, [draft]);
    }
    // As objects and strings 100,000 updates are 30 MB of the heap or more.
    expect((await held()) - before).toBeLessThan(3_000_000);
    const read = await log.read(executionChannel('run 9'));
    expect(read?.entries.length).toBe(10_000);
  });

  describe('memory', () => {
    beforeEach(() => {
      jest.useFakeTimers();
    });
    afterEach(() => {
      jest.useRealTimers();
    });

    it('frees an execution when its retention has passed', async () => {
      const log = new MemoryStreamLog(BOUNDS);
      const channels = ['first', 'second'].map(executionChannel);
      for (const channel of channels) {
        await log.open(channel);
        await log.end(channel);
        jest.advanceTimersByTime(400);
      }
      jest.advanceTimersByTime(200);
      expect(await Promise.all(channels.map((channel) => log.describe(channel)))).toEqual([
        undefined,
        expect.objectContaining({ head: 0 }),
      ]);
      jest.advanceTimersByTime(400);
      expect(await log.describe(executionChannel('second'))).toBeUndefined();
      expect(jest.getTimerCount()).toBe(0);
    });

    it('keeps an execution that has not ended', async () => {
      const log = new MemoryStreamLog(BOUNDS);
      await log.open(executionChannel('running'));
      jest.advanceTimersByTime(1_000_000);
      expect(await log.describe(executionChannel('running'))).toBeDefined();
    });

    it('frees a room that was left alone, but not one that somebody follows', async () => {
      const log = new MemoryStreamLog(BOUNDS);
      const rooms = ['quiet', 'busy', 'followed'].map(roomChannel);
      for (const room of rooms) await log.open(room);
      const followed = await log.follow(roomChannel('followed'), () => undefined);
      jest.advanceTimersByTime(4_000);
      await log.append(roomChannel('busy'), [message]);
      jest.advanceTimersByTime(1_000);
      const known = async (): Promise<boolean[]> =>
        Promise.all(rooms.map(async (room) => (await log.describe(room)) !== undefined));
      expect(await known()).toEqual([false, true, true]);
      await followed?.unfollow();
      jest.advanceTimersByTime(5_000);
      expect(await known()).toEqual([false, false, false]);
    });

    it('waits longer than a timer can when the retention is that long', async () => {
      const log = new MemoryStreamLog({ ...BOUNDS, retentionMs: 2 ** 32 });
      await log.open(executionChannel('run'));
      await log.end(executionChannel('run'));
      jest.advanceTimersByTime(2 ** 31);
      expect(await log.describe(executionChannel('run'))).toBeDefined();
      jest.advanceTimersByTime(2 ** 31);
      expect(await log.describe(executionChannel('run'))).toBeUndefined();
    });
  });

  it('holds no more entries than its bound, however many pass through', async () => {
    const log = new MemoryStreamLog({ ...BOUNDS, maxEntries: 10 });
    const channel = executionChannel('long');
    await log.open(channel);
    for (let index = 0; index < 5_000; index += 1) await log.append(channel, [message]);
    const read = await log.read(channel);
    expect(read?.entries.map((entry) => entry.sequence)).toEqual([
      4991, 4992, 4993, 4994, 4995, 4996, 4997, 4998, 4999, 5000,
    ]);
    expect(await log.describe(channel)).toMatchObject({ first: 4991, head: 5000 });
  });
});
