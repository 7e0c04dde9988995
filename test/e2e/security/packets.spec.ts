import { describe, expect, it } from '@jest/globals';
import { CustomStrategy } from '../../../src/index.js';
import { deferred } from '../../../src/common/deferred.js';
import { loggedLines } from '../../support/logged-lines.js';
import { startApp } from '../../support/streaming-app.js';
import { RawPolling, RECORD_SEPARATOR } from './raw-polling.js';
import { openTransport, openUpgrade, type RawTransport } from './raw-transport.js';
import { startSecureApp, tokenOf, sessionsOf } from './secure-app.js';

const SECOND = 1_000;

const lines = loggedLines('warn');

describe('packets of every type', () => {
  it.each<[string, string]>([
    ['CONNECT to what does not exist', '40/x,'],
    ['CONNECT to the root', '40'],
    ['CONNECT without a credential', '40/streaming,'],
    ['CONNECT to ever new namespaces', '40/%n,'],
    ['pongs', '3'],
  ])('are counted before the credential over polling: %s', async (_, packet) => {
    const app = await startSecureApp();
    const session = await RawPolling.open(app.url);
    const packets = Array.from({ length: 6_000 }, (__, index) => packet.replace('%n', `n${index}`));
    const before = process.cpuUsage();
    await session.post(packets.join(RECORD_SEPARATOR).slice(0, 60_000)).catch(() => undefined);
    const { user, system } = process.cpuUsage(before);
    await session.gone();
    expect(sessionsOf(app)).toBe(0);
    expect((user + system) / SECOND).toBeLessThan(1_000);
  });

  it.each<[string, (raw: RawTransport) => void]>([
    ['acknowledgements of nothing', (raw) => raw.send('43/streaming,1[]')],
    ['attachments', (raw) => raw.send('452-/streaming,["ping",{"_placeholder":true,"num":0}]')],
    ['pongs', (raw) => raw.send('3')],
    ['pings of the WebSocket', (raw) => raw.ping()],
    ['pongs of the WebSocket', (raw) => raw.pong()],
  ])('are counted after the credential: %s', async (_, send) => {
    const app = await startSecureApp({ rateLimit: { maxMessages: 20 } });
    const raw = await openTransport(app.url);
    raw.send(`40/streaming,${JSON.stringify({ token: await tokenOf('alice') })}`);
    await raw.until(/^40\/streaming,/);
    for (let index = 0; index < 200; index += 1) send(raw);
    await raw.closed;
    expect(sessionsOf(app)).toBe(0);
  });

  const frames: [string, (raw: RawTransport) => void][] = [
    ['probes', (raw) => raw.send('2probe')],
    ['pings of the WebSocket', (raw) => raw.ping()],
    ['pongs of the WebSocket', (raw) => raw.pong()],
  ];

  it.each(frames)('are counted while a session upgrades: %s that nobody reads', async (_, send) => {
    const app = await startSecureApp({ rateLimit: { maxMessages: 20 } });
    const session = await RawPolling.open(app.url);
    const raw = await openUpgrade(app.url, session.sid);
    raw.stall();
    for (let index = 0; index < 200; index += 1) send(raw);
    await session.gone();
    expect(sessionsOf(app)).toBe(0);
    expect(lines).toEqual([expect.stringMatching(/\[packets\] /)]);
  });

  it.each(frames)(
    'are counted while a session is closed that does not read: %s',
    async (_, send) => {
      const app = await startSecureApp({ rateLimit: { maxMessages: 20 } });
      const session = await RawPolling.open(app.url);
      const token = JSON.stringify({ token: await tokenOf('alice') });
      await session.post(`40/streaming,${token}`);
      // What the client is told on joining waits for its next poll, and the end of the session after it.
      await session.post('41/streaming,');
      const raw = await openUpgrade(app.url, session.sid);
      for (let index = 0; index < 200; index += 1) send(raw);
      await session.gone();
      expect(sessionsOf(app)).toBe(0);
      expect(lines).toEqual([expect.stringMatching(/\[packets\] /)]);
    },
  );

  it('are logged, but not that a client left while its credential was checked', async () => {
    const started = deferred<void>();
    const never = new CustomStrategy(() => {
      started.resolve();
      return new Promise(() => undefined);
    });
    const app = await startApp({ gateway: { authentication: { strategies: [never] } } });
    const raw = await openTransport(app.url);
    raw.send('40/streaming,{"token":"x"}');
    await started.promise;
    raw.close();
    await raw.closed;
    const session = await RawPolling.open(app.url);
    await session.post('41');
    await session.gone();
    expect(lines).toEqual([]);
  });

  it('leave a session that upgrades as clients do alone', async () => {
    const app = await startSecureApp({ rateLimit: { maxMessages: 20 } });
    const session = await RawPolling.open(app.url);
    const raw = await openUpgrade(app.url, session.sid);
    raw.send('2probe');
    await raw.until(/^3probe$/);
    await session.poll();
    raw.send('5');
    raw.send(`40/streaming,${JSON.stringify({ token: await tokenOf('alice') })}`);
    await raw.until(/^40\/streaming,/);
    expect(sessionsOf(app)).toBe(1);
    expect(lines).toEqual([]);
  });

  it('are logged once per cause', async () => {
    const app = await startSecureApp();
    for (let index = 0; index < 3; index += 1) {
      const raw = await openTransport(app.url);
      for (let sent = 0; sent < 100; sent += 1) raw.send('40/x,');
      await raw.closed;
    }
    expect(lines).toEqual([
      expect.stringMatching(/\[connects\] .*gateway\.rateLimit\.maxConnects/),
    ]);
  });
});

describe('what waits for a client that reads nothing', () => {
  const slowClient = { maxQueuedBytes: 65_536 };
  const rateLimit = {
    maxMessages: 1_000_000,
    maxMessagesPerPrincipal: 1_000_000,
    maxConnects: 1e9,
  };

  it.each<[string, string]>([
    ["refusals of Socket.IO's own", '40/x,'],
    ['acknowledgements', '42/streaming,7["ping"]'],
    ['`error` events', '42/streaming,["no such event"]'],
  ])('is bounded over polling: %s', async (_, packet) => {
    const app = await startSecureApp({ slowClient, rateLimit, maxPayloadBytes: 10_000 });
    const session = await RawPolling.open(app.url);
    await session.post(`40/streaming,${JSON.stringify({ token: await tokenOf('alice') })}`);
    while (!(await session.poll()).body.includes('40/streaming,'));
    const body = Array.from({ length: 200 }, () => packet).join(RECORD_SEPARATOR);
    let posts = 0;
    while ((await session.post(body).catch(() => ({ status: 400 }))).status === 200) posts += 1;
    expect(posts).toBeLessThan(20);
    expect(sessionsOf(app)).toBe(0);
    expect(lines).toContainEqual(expect.stringMatching(/\[queue\]/));
  });

  it('is bounded over a WebSocket', async () => {
    const app = await startSecureApp({ slowClient, rateLimit });
    const raw = await openTransport(app.url);
    raw.send(`40/streaming,${JSON.stringify({ token: await tokenOf('alice') })}`);
    await raw.until(/^40\/streaming,/);
    raw.stall();
    let isClosed = false;
    void raw.closed.then(() => (isClosed = true));
    while (sessionsOf(app) > 0 && !isClosed) {
      for (let index = 0; index < 1_000; index += 1) raw.send('42/streaming,["no such event"]');
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(sessionsOf(app)).toBe(0);
    raw.resume();
  });

  it('closes nobody who reads and sends faster than a turn of the event loop ends', async () => {
    const { url } = await startApp({ gateway: { rateLimit: false, slowClient } });
    const raw = await openTransport(url);
    raw.send('40/streaming,');
    await raw.until(/^40\/streaming,/);
    const padding = 'x'.repeat(4_000);
    for (let index = 0; index < 1_000; index += 1)
      raw.send(`42/streaming,${index}["ping",{},"${padding}"]`);
    const answers = await Promise.race([raw.until(/^43\/streaming,/, 1_000), raw.closed]);
    expect(answers).toHaveLength(1_000);
  });

  it('closes nobody who reads', async () => {
    const app = await startSecureApp({ slowClient, rateLimit });
    const alice = await app.connectAs('alice');
    for (let round = 0; round < 20; round += 1)
      await Promise.all(Array.from({ length: 200 }, () => alice.emitWithAck('ping', {})));
    expect(alice.connected).toBe(true);
  });
});
