import { afterEach, describe, expect, it } from '@jest/globals';
import { next, refused } from '../support/plain-client.js';
import { startApp } from '../support/streaming-app.js';
import { MarkdownPage } from './markdown-page.js';
import { ProtocolTypes } from './protocol-types.js';

/** As an application of 0.x has them. */
const LEGACY = { websocket: { enabled: true }, defaultBufferSize: 1000 };

const environment = process.env['NODE_ENV'];
const inProduction = (): void => void (process.env['NODE_ENV'] = 'production');
afterEach(() => void (process.env['NODE_ENV'] = environment));

describe('docs/migration.md', () => {
  it('says what the boot asks for in production', async () => {
    inProduction();
    await expect(startApp(LEGACY)).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      issues: [{ path: 'gateway.authentication' }],
    });
    await startApp({ ...LEGACY, gateway: { authentication: false } });
    await startApp({ ...LEGACY, gateway: { auth: { jwtSecret: 's'.repeat(32) } } });
  });

  it('says of events that are gone what there is in their place', () => {
    const protocol = new ProtocolTypes();
    const known = ['ClientToServerEvents', 'ServerToClientEvents'].flatMap((name) =>
      protocol.membersOf(name),
    );
    const rows = new MarkdownPage('docs/migration.md').table(
      'Clients and decorated methods',
      'What the client does',
    );
    const eventsOf = (text = ''): string[] =>
      [...text.matchAll(/`([a-z]+(?:_[a-z]+)+|heartbeat)`/g)].map(([, name = '']) => name);
    const exchanged = (rows ?? []).filter(([before = '']) => /^(listens to|emits) `/.test(before));
    const gone = exchanged.flatMap(([before]) => eventsOf(before));
    expect(gone.filter((name) => known.includes(name))).toEqual([]);
    const replacements = exchanged.flatMap(([, now]) => eventsOf(now));
    expect(replacements.filter((name) => !known.includes(name))).toEqual([]);
    expect([gone.length, replacements.length]).toEqual([10, 4]);
  });

  it('says what a legacy client is refused, and what it goes on with', async () => {
    const { connect, streaming } = await startApp(LEGACY);
    const client = connect();
    await next(client, 'connection_status');

    const early = await client.emitWithAck('subscribe_execution', { executionId: 'later' });
    expect(refused(early)).toBe('EXECUTION_NOT_FOUND');
    const update = next(client, 'stream_update');
    const { executionId } = streaming.run(['Hi']);
    const filter = { executionId, eventTypes: ['sentences'] };
    // A legacy client is not held to the types of today.
    const legacy = client as unknown as { emit(event: string, payload: object): void };
    const errors: unknown[] = [];
    client.on('error', ({ code }) => errors.push(code));
    legacy.emit('subscribe_execution', filter);
    legacy.emit('pause_workflow', { executionId });
    legacy.emit('subscribe_execution', { executionId });
    expect(await update).toMatchObject({ data: { update: { type: 'workflow:start' } } });
    expect(errors).toEqual(['INVALID_PAYLOAD', 'INVALID_PAYLOAD']);
  });
});
