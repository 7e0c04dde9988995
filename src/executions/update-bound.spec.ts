import { describe, expect, it } from '@jest/globals';
import { smallRegistry } from '../../test/support/small-registry.js';
import { WIDE_BOUNDS } from '../../test/support/wide-bounds.js';
import { MemoryStreamLog } from '../log/memory-stream-log.js';
import type { ExecutionContext } from './execution-source.js';

const OMITTED = { omitted: { code: 'UPDATE_TOO_LARGE', maxBytes: 1_000 } };

/** What a viewer gets of a source whose updates may have 1,000 bytes. */
async function viewed(source: (context: ExecutionContext) => unknown) {
  const { streaming } = smallRegistry(new MemoryStreamLog(WIDE_BOUNDS), {
    maxUpdateBytes: 1_000,
    maxQueuedBytes: 1e7,
  });
  const { executionId } = streaming.run(source, { publishResult: true });
  const updates: unknown[] = [];
  for await (const { type, data } of streaming.follow(executionId)) updates.push([type, data]);
  return updates.slice(1);
}

describe('data that is larger than an update may be', () => {
  it.each([
    ['in characters', 'x'.repeat(999), 'x'.repeat(998)],
    ['in bytes', '€'.repeat(333), '€'.repeat(332)],
  ])('is left out, and smaller data is not: %s', async (_, large, small) => {
    expect(
      await viewed(({ emit }) => {
        emit('custom', large);
        emit('custom', small);
        emit('messages', { role: 'user', content: large });
      }),
    ).toEqual([
      ['custom', OMITTED],
      ['custom', small],
      ['messages', OMITTED],
      ['workflow:end', { state: 'completed' }],
    ]);
  });

  it('is left out of a result', async () => {
    expect(await viewed(() => 'x'.repeat(1_000))).toEqual([
      ['workflow:end', { state: 'completed', result: OMITTED }],
    ]);
  });

  it('is never text: that is streamed in parts', async () => {
    const text = `${'x'.repeat(499)}\u{1F600}${'é"\n'.repeat(10_000)}`;
    const updates = (await viewed(({ token }) => token(text))) as [string, { content: string }][];
    const contents = updates.slice(0, -1).map(([, { content }]) => content);
    expect(contents.join('')).toBe(text);
    expect(contents.length).toBeGreaterThan(1);
    for (const content of contents) expect(Buffer.from(content).toString()).toBe(content);
  });

  it('is left out of a question', async () => {
    const { executions } = smallRegistry(new MemoryStreamLog(WIDE_BOUNDS), {
      maxUpdateBytes: 1_000,
    });
    const execution = executions.open();
    void execution.interrupted([
      { id: 'q1', value: 'x'.repeat(1_000) },
      { id: 'q2', value: 'Sure?' },
    ]);
    expect(execution.status.interrupts).toEqual([
      { id: 'q1', value: OMITTED },
      { id: 'q2', value: 'Sure?' },
    ]);
    await execution.cancel();
  });
});
