import { describe, expect, it } from '@jest/globals';
import { CustomStrategy, type Principal } from '../../src/index.js';
import { targetOf } from '../../src/entries/auth.js';
import { Inbox } from '../support/plain-client.js';
import { startApp, type PlainClient, type StreamingApp } from '../support/streaming-app.js';

const ADA_OF_ACME: Principal = { id: 'ada', tenant: 'acme', scopes: [], claims: {} };
const ADA_OF_GLOBEX: Principal = { id: 'ada', tenant: 'globex', scopes: [], claims: {} };

/** An application whose lobby is open to every tenant, and one client of each Ada in it. */
async function lobby(): Promise<{ app: StreamingApp; clients: PlainClient[]; inboxes: Inbox[] }> {
  const byToken = new Map([
    ['acme', ADA_OF_ACME],
    ['globex', ADA_OF_GLOBEX],
  ]);
  const strategies = [new CustomStrategy(({ token = '' }) => byToken.get(token))];
  const app = await startApp({ gateway: { authentication: { strategies }, rooms: 'lobby' } });
  const clients = ['acme', 'globex'].map((token) => app.connect({ auth: { token } }));
  const inboxes = clients.map((client) => new Inbox(client));
  for (const client of clients) await client.emitWithAck('join_room', { roomId: 'lobby' });
  return { app, clients, inboxes };
}

describe('an update with targets', () => {
  it('reaches the named principal, and not who has the same id in another tenant', async () => {
    const { app, inboxes } = await lobby();
    const publish = async (data: string, targets?: readonly string[]): Promise<void> =>
      app.streaming.publish('lobby', 'events', data, { targets });
    await publish('for Ada of Acme', [targetOf(ADA_OF_ACME)]);
    await publish('for nobody: both Adas have a tenant', ['ada']);
    await publish('for everybody');
    await Promise.all(
      inboxes.map(async (inbox) =>
        inbox.until((updates) => updates.some(({ data }) => data === 'for everybody')),
      ),
    );
    expect(inboxes.map((inbox) => inbox.updates.map(({ data }) => data))).toEqual([
      ['for Ada of Acme', 'for everybody'],
      ['for everybody'],
    ]);
  });

  it('is kept from the others when they read the log too', async () => {
    const { app, clients, inboxes } = await lobby();
    await app.streaming.publish('lobby', 'events', 'for Ada of Globex', {
      targets: [targetOf(ADA_OF_GLOBEX)],
    });
    for (const client of clients) {
      await client.emitWithAck('leave_room', { roomId: 'lobby' });
      await client.emitWithAck('join_room', { roomId: 'lobby', options: { from: 'start' } });
    }
    await app.streaming.publish('lobby', 'events', 'last');
    await Promise.all(
      inboxes.map(async (inbox) =>
        inbox.until((updates) => updates.some(({ data }) => data === 'last')),
      ),
    );
    expect(inboxes[0]?.updates.map(({ data }) => data)).toEqual(['last']);
    expect(inboxes[1]?.updates.map(({ data }) => data)).toContain('for Ada of Globex');
  });

  it('names tenants so that no id can pass for another', () => {
    expect(targetOf({ id: 'b/c', tenant: 'a' })).not.toBe(targetOf({ id: 'c', tenant: 'a/b' }));
    expect(targetOf({ id: 'ada' })).toBe('ada');
  });
});
