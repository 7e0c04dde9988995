import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { lastValueFrom, toArray } from 'rxjs';
import { smallRegistry } from '../../test/support/small-registry.js';
import { WIDE_BOUNDS } from '../../test/support/wide-bounds.js';
import { MemoryStreamLog } from '../log/memory-stream-log.js';
import type { StreamUpdate, TokenData } from '../protocol/stream-update.js';
import { EventStreamProcessorService } from './event-stream-processor.service.js';
import type { ExecutionRegistry } from './execution-registry.js';
import { TokenStreamingService } from './token-streaming.service.js';

/** A node id as the legacy workflow engine infers them; every one has colons. */
const NODE = 'domain|phase:activity:detail';

describe('the legacy services', () => {
  let log: MemoryStreamLog;
  let executions: ExecutionRegistry;
  let tokens: TokenStreamingService;
  let events: EventStreamProcessorService;

  beforeEach(() => {
    log = new MemoryStreamLog(WIDE_BOUNDS);
    ({ executions } = smallRegistry(log, { flushIntervalMs: 40 }));
    tokens = new TokenStreamingService(executions, log);
    events = new EventStreamProcessorService(executions, log);
  });
  afterEach(async () => {
    await executions.close();
    await log.close();
  });

  const textOf = (updates: readonly StreamUpdate[]): string =>
    updates.map(({ data }) => (data as TokenData).content).join('');
  const collect = async (executionId: string, nodeId?: string): Promise<StreamUpdate[]> =>
    lastValueFrom(tokens.getTokenStream(executionId, nodeId).pipe(toArray()));

  describe('TokenStreamingService', () => {
    it('delivers a burst that is closed right after its last token', async () => {
      await tokens.initializeTokenStream({
        executionId: 'run',
        nodeId: NODE,
        config: { bufferSize: 50 },
      });
      const received = collect('run', NODE);
      for (let index = 0; index < 40; index += 1) tokens.streamToken('run', NODE, `${index} `);
      await tokens.closeExecutionTokenStreams('run');
      expect(textOf(await received)).toBe(
        Array.from({ length: 40 }, (_, index) => `${index} `).join(''),
      );
    });

    it('delivers what was flushed', async () => {
      for (const text of ['a', 'b', 'c']) tokens.streamToken('run', NODE, text);
      await tokens.flushTokens('run', NODE);
      expect(
        (await events.replayEvents('run'))
          .filter(({ type }) => type === 'token')
          .map(({ data }) => data),
      ).toEqual([{ content: 'a' }, { content: 'bc' }]);
    });

    it('does not let the metadata of a token replace its execution', async () => {
      tokens.streamToken('run', NODE, 'a', {
        executionId: 'forged',
        nodeId: 'forged',
        timestamp: 0,
        agent: 'kept',
      });
      await tokens.closeExecutionTokenStreams('run');
      const [update] = await collect('run');
      expect(update?.metadata).toMatchObject({
        executionId: 'run',
        nodeId: NODE,
        sequenceNumber: 2,
        agent: 'kept',
      });
      expect(update?.metadata?.timestamp).toBeGreaterThan(0);
    });

    it('closes every stream of an execution, whatever characters its ids contain', async () => {
      for (const executionId of ['a', 'a:b'])
        for (const nodeId of ['c', 'b:c']) tokens.streamToken(executionId, nodeId, 'x');
      await tokens.closeExecutionTokenStreams('a');
      expect(
        tokens.getActiveTokenStreams().map(({ executionId, nodeId }) => [executionId, nodeId]),
      ).toEqual([
        ['a:b', 'c'],
        ['a:b', 'b:c'],
      ]);
      await tokens.closeTokenStream('a:b', 'b:c');
      expect(tokens.getActiveTokenStreams()).toMatchObject([
        { streamKey: 'a:b:c', totalTokens: 1, config: {} },
      ]);
    });

    it('follows one node or all of an execution', async () => {
      for (const nodeId of ['a', 'b']) tokens.streamToken('run', nodeId, nodeId);
      await tokens.closeExecutionTokenStreams('run');
      expect([textOf(await collect('run')), textOf(await collect('run', 'b'))]).toEqual([
        'ab',
        'b',
      ]);
    });

    it('errors when there is no such execution', async () => {
      await expect(collect('unknown')).rejects.toMatchObject({ code: 'EXECUTION_NOT_FOUND' });
    });

    it('can stream an execution again after it was closed', async () => {
      tokens.streamToken('run', NODE, 'first');
      await tokens.closeExecutionTokenStreams('run');
      tokens.streamToken('run', NODE, 'dropped, since nothing was initialised');
      await tokens.initializeTokenStream({ executionId: 'run', nodeId: NODE });
      tokens.streamToken('run', NODE, 'second');
      await tokens.closeExecutionTokenStreams('run');
      expect(textOf(await collect('run'))).toBe('second');
    });

    it('streams into an execution that somebody else runs, and leaves its end to them', async () => {
      const execution = executions.open({ executionId: 'run' });
      tokens.streamToken('run', NODE, 'a');
      await tokens.closeExecutionTokenStreams('run');
      expect(execution.state).toBe('running');
      await execution.complete();
      expect(textOf(await collect('run'))).toBe('a');
    });

    it('joins tokens for as long as the stream was configured with', async () => {
      const stream = { executionId: 'run', nodeId: NODE, config: { flushInterval: 0 } };
      await tokens.initializeTokenStream(stream);
      for (const text of ['a', 'b', 'c']) tokens.streamToken('run', NODE, text);
      for (const text of ['d', 'e', 'f']) tokens.streamToken('run', 'other', text);
      await tokens.closeExecutionTokenStreams('run');
      expect((await collect('run')).map(({ data }) => data)).toEqual(
        ['a', 'b', 'c', 'd', 'ef'].map((content) => ({ content })),
      );
    });

    it('tells once that the log refused tokens, and does not wait for more', async () => {
      await tokens.initializeTokenStream({ executionId: 'run', nodeId: NODE });
      jest.spyOn(log, 'append').mockRejectedValue(new Error('refused'));
      tokens.streamToken('run', NODE, 'a');
      await expect(tokens.flushTokens('run')).rejects.toThrow('refused');
      await expect(tokens.flushTokens('run')).resolves.toBeUndefined();
      await expect(tokens.closeExecutionTokenStreams('run')).resolves.toBeUndefined();
    });

    it('forgets the streams of an execution that somebody else ends', async () => {
      const execution = executions.open({ executionId: 'run' });
      tokens.streamToken('run', NODE, 'a');
      expect(tokens.getActiveTokenStreams()).toHaveLength(1);
      await execution.complete();
      expect(tokens.getActiveTokenStreams()).toEqual([]);
      await tokens.initializeTokenStream({ executionId: 'run', nodeId: NODE });
      expect(tokens.getActiveTokenStreams()).toHaveLength(1);
    });

    it('counts', async () => {
      const all: string[] = [];
      tokens.getGlobalTokenStream().subscribe(({ data }) => all.push(data.content));
      for (const text of ['a', 'b']) tokens.streamToken('run', NODE, text);
      expect(tokens.getTokenStats()).toEqual({
        activeStreams: 1,
        totalTokensProcessed: 2,
        averageTokensPerSecond: expect.any(Number),
      });
      expect(all).toEqual(['a', 'b']);
    });
  });

  describe('EventStreamProcessorService', () => {
    it('replays from a sequence number, counts by type and groups', async () => {
      const execution = executions.open({ executionId: 'run' });
      void events.processEvent('run', {
        type: 'events',
        data: 1,
        metadata: { timestamp: 0, sequenceNumber: 99, nodeId: 'n', extra: true },
      });
      void events.processEvent('run', { type: 'custom', data: 2 });
      await expect(
        events.processEvent('unknown', { type: 'custom', data: 3 }),
      ).rejects.toMatchObject({ code: 'EXECUTION_NOT_ACTIVE' });
      await execution.flush();
      const replayed = await events.replayEvents('run', 2);
      expect(replayed.map(({ data, metadata }) => [data, metadata?.sequenceNumber])).toEqual([
        [1, 2],
        [2, 3],
      ]);
      expect(replayed[0]?.metadata).toMatchObject({ nodeId: 'n', extra: true });
      expect(await events.getEventStats('run')).toEqual({
        totalEvents: 3,
        eventsByType: { 'workflow:start': 1, events: 1, custom: 1 },
      });
      expect(await events.getBufferSize('run')).toBe(3);
      expect(
        [...events.groupEventsByType([...replayed, ...replayed])].map(([type, group]) => [
          type,
          group.length,
        ]),
      ).toEqual([
        ['events', 2],
        ['custom', 2],
      ]);
    });

    it('frees what an ended execution streamed, but not a running one', async () => {
      const execution = executions.open({ executionId: 'run' });
      await execution.flush();
      await events.clearBuffer('run');
      expect(await events.getBufferSize('run')).toBe(1);
      await execution.complete();
      await events.clearBuffer('run');
      expect(await events.getBufferSize('run')).toBe(0);
    });
  });
});
