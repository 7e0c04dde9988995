import { describe, expect, it } from '@jest/globals';
import { MemoryStreamLog, type StreamLog } from '../../src/entries/log.js';
import {
  StreamingGateway,
  StreamingModule,
  StreamingWebSocketGateway,
  type StreamUpdate,
} from '../../src/index.js';
import { type Channel } from '../../src/client/index.js';
import { DistantLog } from '../support/distant-log.js';
import { Inbox } from '../support/plain-client.js';
import { startAppOf } from '../support/streaming-app.js';
import { WIDE_BOUNDS } from '../support/wide-bounds.js';

const seen: string[] = [];

@StreamingGateway()
class RedactingGateway extends StreamingWebSocketGateway {
  protected override beforeDeliver(
    update: StreamUpdate,
    { id }: Channel,
  ): StreamUpdate | undefined {
    seen.push(`${id} ${update.type}`);
    if (update.type === 'debug' || update.type === 'workflow:end') return undefined;
    if (update.type === 'custom') throw new Error('not prepared for this');
    if (update.type === 'milestone') return Object.assign(update, { data: 'redacted' });
    if (update.type !== 'token') return update;
    const { content } = update.data as { content: string };
    return {
      type: 'values',
      data: { content: content.replaceAll('secret', '******') },
      metadata: { timestamp: 0, sequenceNumber: 99, executionId: 'forged', redacted: true },
    };
  }
}

const distant = (): StreamLog => new DistantLog(new MemoryStreamLog(WIDE_BOUNDS), () => 2);

describe('beforeDeliver of a gateway', () => {
  it.each([
    ['keeps its entries', () => ({})],
    ['decodes its entries each time', () => ({ log: { store: distant() } })],
  ])('changes or withholds once what viewers get, live and from a log that %s', async (_, log) => {
    const app = await startAppOf({
      imports: [StreamingModule.forRoot({ gateway: {}, ...log() })],
      providers: [RedactingGateway],
    });
    const [live, late] = [app.connect(), app.connect()];
    seen.length = 0;
    const [toLive, toLate] = [new Inbox(live), new Inbox(late)];
    let go: () => void = () => undefined;
    const subscribed = new Promise<void>((resolve) => (go = resolve));
    const { executionId, done } = app.streaming.run(
      async ({ token, emit }) => {
        await subscribed;
        token('a secret', { nodeId: 'n' });
        emit('debug', 'internal');
        emit('custom', 'unexpected');
        emit('milestone', 'secret');
        emit('events', 'untouched');
      },
      { publishResult: true },
    );
    await live.emitWithAck('subscribe_execution', { executionId });
    go();
    await done;
    await toLive.ended();
    await late.emitWithAck('subscribe_execution', { executionId });
    await toLate.ended();

    const expected = [
      ['workflow:start', { state: 'running' }],
      ['token', { content: 'a ******' }],
      ['events', 'untouched'],
      ['workflow:end', { state: 'completed' }],
    ];
    for (const inbox of [toLive, toLate]) {
      expect(inbox.brief).toEqual(expected);
      expect(inbox.sequences).toEqual([1, 2, 6, 7]);
      expect(inbox.updates[1]?.metadata).toEqual({
        timestamp: expect.any(Number),
        sequenceNumber: 2,
        executionId,
        nodeId: 'n',
        redacted: true,
      });
    }
    // Asked once per update, for both viewers and both ways.
    expect([...seen].sort()).toEqual(
      ['custom', 'debug', 'events', 'milestone', 'token', 'workflow:end', 'workflow:start'].map(
        (type) => `${executionId} ${type}`,
      ),
    );
  });
});
