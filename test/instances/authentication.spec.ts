import { expect, it } from '@jest/globals';
import { GatewayAuthenticationService, TicketStrategy } from '../../src/index.js';
import { next, outcomeOf } from '../support/plain-client.js';
import type { StreamingApp } from '../support/streaming-app.js';
import { describeInstances, startTwo } from './support/backends.js';
import { by, connected } from './support/viewers.js';

describeInstances('clients of another instance', (instances) => {
  it('lose their connections when their principal is revoked', async () => {
    const [one, other] = await startTwo(instances());
    const clients = [await connected(one), await connected(other), await connected(other, 'eve')];
    const gone = clients.map(
      (client) => new Promise((resolve) => client.once('disconnect', resolve)),
    );
    const authentication = one.app.get(GatewayAuthenticationService);
    expect(await authentication.revoke({ id: 'ada' }, { refuseForMs: 60_000 })).toBe(2);
    await Promise.all(gone.slice(0, 2));
    expect(clients[2]?.connected).toBe(true);
    const again = other.connect({ auth: { token: 'ada' }, reconnection: false });
    expect(await outcomeOf(again)).toMatchObject({ code: 'AUTHENTICATION_REVOKED' });
  });

  it('use tickets that this instance issued, once', async () => {
    const strategies = [new TicketStrategy(), new TicketStrategy()];
    let index = 0;
    const [one, other] = await startTwo(instances(), () => ({
      gateway: { authentication: { strategies: [strategies[(index += 1) - 1] as TicketStrategy] } },
    }));
    const ticket = await strategies[0]?.issue({ id: 'ada', scopes: [], claims: {} });
    const client = other.connect({ auth: { ticket: ticket?.ticket ?? '' } });
    await next(client, 'connection_status');
    const again = one.connect({ auth: { ticket: ticket?.ticket ?? '' }, reconnection: false });
    expect(await outcomeOf(again)).toMatchObject({ code: 'AUTHENTICATION_FAILED' });
  });

  it('use tickets of strategies that are given as classes, also before the first client connects', async () => {
    const { start } = instances();
    const startOne = (): Promise<StreamingApp> =>
      start(
        { gateway: { authentication: { strategies: [TicketStrategy] } } },
        { providers: [TicketStrategy] },
      );
    const [one, other] = [await startOne(), await startOne()];
    const { ticket } = await one.app
      .get(TicketStrategy)
      .issue({ id: 'ada', scopes: [], claims: {} });
    await next(other.connect({ auth: { ticket } }), 'connection_status');
  });

  it('are refused by an instance that was started after their principal was revoked', async () => {
    const { start } = instances();
    const one = await start(by());
    await one.app.get(GatewayAuthenticationService).revoke({ id: 'ada' }, { refuseForMs: 60_000 });
    const later = await start(by());
    const client = later.connect({ auth: { token: 'ada' }, reconnection: false });
    expect(await outcomeOf(client)).toMatchObject({ code: 'AUTHENTICATION_REVOKED' });
    await connected(later, 'eve');
  });

  it('are refused after their instance was cut off while their principal was revoked', async () => {
    const { start, vanish, reappear } = instances();
    const [one, other] = [await start(by()), await start(by())];
    const [client, eve] = [await connected(other), await connected(other, 'eve')];
    const gone = next(client, 'disconnect');
    await vanish(other);
    const authentication = one.app.get(GatewayAuthenticationService);
    for (;;) {
      // Until the lease of the other is over it may still be there.
      const revoked = authentication.revoke({ id: 'ada' }, { refuseForMs: 60_000 });
      const [outcome] = await Promise.allSettled([revoked]);
      if (outcome.status === 'fulfilled') break;
      expect(outcome.reason).toMatchObject({ code: 'INSTANCE_UNREACHABLE' });
    }
    expect(client.connected).toBe(true);
    await reappear(other);
    await gone;
    expect(eve.connected).toBe(true);
  });
});
