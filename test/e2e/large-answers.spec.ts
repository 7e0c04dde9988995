import { describe, expect, it } from '@jest/globals';
import { MessageBody, SubscribeMessage } from '@nestjs/websockets';
import { StreamingGateway, StreamingWebSocketGateway } from '../../src/index.js';
import { startClientApp } from './client/client-app.js';
import { openTransport } from './security/raw-transport.js';

/** More than the network takes while nobody reads. */
const LARGE = 30_000_000;
const SMALL = 200;

@StreamingGateway()
class LargeGateway extends StreamingWebSocketGateway {
  @SubscribeMessage('large')
  large(@MessageBody() size: number): string {
    return 'x'.repeat(size);
  }
}

const start = () =>
  startClientApp(
    { gateway: { authentication: false, slowClient: { maxQueuedBytes: 65_536 } } },
    { providers: [LargeGateway] },
  );

/** The number of an acknowledgement. */
const numberOf = (packet: string): number => Number(/^43\/streaming,(\d+)/.exec(packet)?.[1]);

describe('an answer that is larger than what may wait', () => {
  it('reaches a slow client over a WebSocket, and so do the answers after it', async () => {
    const { url } = await start();
    const raw = await openTransport(url);
    raw.send('40/streaming,');
    await raw.until(/^40\/streaming,/);
    raw.stall();
    const count = 40;
    raw.send(`42/streaming,0["large",${LARGE}]`);
    for (let index = 1; index <= count; index += 1)
      raw.send(`42/streaming,${index}["large",${SMALL}]`);
    raw.resume();
    const answers = await raw.until(/^43\/streaming,/, count + 1);
    expect(answers.map(numberOf)).toEqual(Array.from({ length: count + 1 }, (_, index) => index));
    expect(answers[0]?.length).toBeGreaterThan(LARGE);
  });

  it.each(['websocket', 'polling'] as const)(
    'reaches the client of this package over %s, with what it asks for meanwhile',
    async (transport) => {
      const { client } = await start();
      const page = client({ transports: [transport] });
      const sizes = [SMALL, LARGE, SMALL, 2 * SMALL, 3 * SMALL, SMALL];
      const answers = await Promise.all(sizes.map((size) => page.request<string>('large', size)));
      expect(answers.map(({ length }) => length)).toEqual(sizes);
      expect(page.connection.state).toBe('connected');
    },
  );
});
