import { describe, expect, it } from '@jest/globals';
import { SubscribeMessage } from '@nestjs/websockets';
import { StreamingGateway, StreamingWebSocketGateway } from '../../src/index.js';
import { startClientApp, type ClientApp } from './client/client-app.js';

const MAX_BYTES = 10_000;

@StreamingGateway()
class UploadGateway extends StreamingWebSocketGateway {
  @SubscribeMessage('upload')
  upload(): unknown {
    return 'taken';
  }
}

const start = (): Promise<ClientApp> =>
  startClientApp({ gateway: { maxPayloadBytes: MAX_BYTES } }, { providers: [UploadGateway] });

/** A run that asks, and completes with the length of the answer. */
const asking = {
  run: async () => ({ state: 'interrupted' as const, interrupts: [{ id: 'q', value: 'edit' }] }),
  resume: async (_context: unknown, { value }: { value: unknown }) => ({
    state: 'completed' as const,
    result: String(value).length,
  }),
};

describe.each(['websocket', 'polling'] as const)('over %s, an answer', (transport) => {
  it('above the limit of the server is refused before it is sent, and the run can be answered', async () => {
    const { client, streaming } = await start();
    const { done } = streaming.run(asking, { executionId: 'run' });
    // Asked at once, before anything is known of the server.
    const one = client({ transports: [transport] });
    const changes: string[] = [];
    one.on('connection', ({ state }) => changes.push(state));
    await expect(one.respond('run', 'x'.repeat(100_000))).rejects.toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
      retryable: false,
      message: expect.stringContaining(String(MAX_BYTES)),
    });
    await one.respond('run', 'x'.repeat(9_000));
    expect(await done).toMatchObject({ state: 'completed', result: 9_000 });
    expect(changes).toEqual(['connected']);
  });

  it('of characters that need more bytes counts by its bytes', async () => {
    const { client, streaming } = await start();
    streaming.run(asking, { executionId: 'run' });
    const one = client({ transports: [transport] });
    await expect(one.respond('run', '語'.repeat(4_000))).rejects.toMatchObject({
      code: 'PAYLOAD_TOO_LARGE',
    });
    await one.respond('run', '語'.repeat(3_000));
  });

  it('just below the limit is taken, and just above it is refused here', async () => {
    const { client } = await start();
    const one = client({ transports: [transport] });
    const outcomes = [];
    for (let bytes = MAX_BYTES - 80; bytes <= MAX_BYTES; bytes += 1)
      outcomes.push(await one.request('upload', 'x'.repeat(bytes)).catch(({ code }) => code));
    const taken = outcomes.filter((outcome) => outcome === 'taken').length;
    expect(taken).toBeGreaterThan(20);
    expect(outcomes.slice(taken)).toEqual(outcomes.slice(taken).map(() => 'PAYLOAD_TOO_LARGE'));
  });
});

describe('any other message', () => {
  it.each([
    ['a reason', (one: ReturnType<ClientApp['client']>) => one.cancel('run', 'x'.repeat(20_000))],
    ['a credential', (one) => one.authenticate({ token: 'x'.repeat(20_000) })],
    ['an own event', (one) => one.request('upload', { deep: ['x'.repeat(20_000)] })],
    ['binary data', (one) => one.request('upload', new Uint8Array(20_000))],
    ['an ArrayBuffer in it', (one) => one.request('upload', { part: new ArrayBuffer(20_000) })],
  ] satisfies [string, (one: ReturnType<ClientApp['client']>) => Promise<unknown>][])(
    'is refused as well: %s',
    async (_what, send) => {
      const { client } = await start();
      await expect(send(client())).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    },
  );

  it('is taken when its binary data fits, whatever it would be as text', async () => {
    const { client } = await start();
    expect(await client().request('upload', { part: new Uint8Array(8_000) })).toBe('taken');
  });
});
