import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { smallRegistry } from '../../test/support/small-registry.js';
import { WIDE_BOUNDS } from '../../test/support/wide-bounds.js';
import type { LogEntry } from '../log/log-entry.js';
import type { LogEvent } from '../log/log-event.js';
import { MemoryStreamLog } from '../log/memory-stream-log.js';
import type { Execution } from './execution.js';

describe('an execution that writes to the embedded log', () => {
  let log: MemoryStreamLog;
  let execution: Execution;
  /** Called with each entry as it is told of. */
  let onEntry: (entry: LogEntry) => void;
  let heard: string[];

  beforeEach(async () => {
    log = new MemoryStreamLog(WIDE_BOUNDS);
    execution = smallRegistry(log).executions.open();
    await execution.written();
    heard = [];
    onEntry = () => undefined;
    await log.follow(execution.channel, (event: LogEvent) => {
      if (event.type !== 'entries') return;
      heard.push(event.entries.map(({ sequence }) => sequence).join('+'));
      for (const entry of event.entries) onEntry(entry);
    });
  });
  afterEach(() => log.close());

  it('delivers an update that comes alone in the step of its source', () => {
    execution.context.emit('custom', 1);
    expect(heard).toEqual(['2']);
  });

  it('delivers what else comes in the same step together, and the next step anew', async () => {
    for (const data of [1, 2, 3]) execution.context.emit('custom', data);
    expect(heard).toEqual(['2']);
    await execution.written();
    execution.context.emit('custom', 4);
    expect(heard).toEqual(['2', '3+4', '5']);
  });

  it('delivers what a follower makes it say after what the follower was told of', async () => {
    onEntry = ({ sequence }) => {
      if (sequence < 4) execution.context.emit('custom', 'echo');
    };
    execution.context.emit('custom', 1);
    await execution.written();
    expect(heard).toEqual(['2', '3', '4']);
  });

  it('says nothing after its end, if a follower ends it in the middle of a step', async () => {
    execution.context.token('an answer', { flushIntervalMs: 60_000 });
    await execution.written();
    execution.context.token(' that goes on', { flushIntervalMs: 60_000 });
    onEntry = () => void execution.cancel('enough');
    execution.context.emit('custom', 'what comes too late');
    await expect(execution.done).resolves.toMatchObject({ state: 'cancelled' });
    const { entries } = (await log.read(execution.channel)) ?? { entries: [] };
    expect(entries.map(({ type }) => type)).toEqual([
      'workflow:start',
      'token',
      'token',
      'workflow:cancel',
    ]);
  });
});
