import { describe, expect, it } from '@jest/globals';
import type { ExecutionContext, ExecutionSource } from '../../../src/index.js';
import { startApp } from '../../support/streaming-app.js';
import { recording, replay } from './recorded-client.js';

/** The run that the recorded client watched. */
const asking: ExecutionSource = {
  run: async (context: ExecutionContext) => {
    context.token('Nothing ', { nodeId: 'model' });
    context.emit('custom', { step: 1 });
    context.progress(40, 'halfway');
    return { state: 'interrupted', interrupts: [{ id: 'q', value: 'Send it?' }] };
  },
  resume: async (context: ExecutionContext) => {
    context.token('is lost.', { nodeId: 'model' });
    return { state: 'completed' };
  },
};

describe('a page with the client of 1.0', () => {
  it('reads of this server what it read of a server of 1.0', async () => {
    const { streaming, url } = await startApp({
      gateway: { rooms: '*' },
      tokens: { flushIntervalMs: 0 },
    });
    const acts: Record<string, () => unknown> = {
      connect: () => undefined,
      'run asking': async () => {
        streaming.run(asking, { executionId: 'asking' });
        for await (const { type } of streaming.follow('asking')) if (type === 'interrupt') break;
      },
      'run endless': async () => {
        streaming.run(() => new Promise(() => undefined), { executionId: 'endless' });
        for await (const { type } of streaming.follow('endless'))
          if (type === 'workflow:start') break;
      },
      'publish hello': () => streaming.publish('lobby', 'events', 'hello'),
    };
    const { received, expected } = await replay(url, async (what) => acts[what]?.());
    expect(received).toEqual(expected);
    expect(expected.length).toBeGreaterThan(25);
  });

  it('sent every kind of message that it has', () => {
    const sent = recording().flatMap((line) =>
      'client' in line ? (/\["(\w+)"/.exec(line.client)?.[1] ?? []) : [],
    );
    expect([...new Set(sent)].sort()).toEqual([
      'authentication',
      'cancel_execution',
      'get_status',
      'join_room',
      'leave_room',
      'respond_interrupt',
      'subscribe_execution',
    ]);
  });
});
