import { describe, expect, it } from '@jest/globals';
import type { Principal } from '../principal.js';
import { ConnectionLimiter, type ConnectionSlot } from './connection-limiter.js';

const LIMITS = { maxConnections: 4, maxConnectionsPerAddress: 2, maxConnectionsPerPrincipal: 2 };
const principal = (id: string): Principal => ({ id, scopes: [], claims: {} });
const tooMany = expect.objectContaining({ code: 'TOO_MANY_CONNECTIONS', retryable: true });

describe('ConnectionLimiter', () => {
  it('admits as many connections as there may be, of one address and in total', () => {
    const limiter = new ConnectionLimiter(LIMITS);
    for (const address of ['1.1.1.1', '1.1.1.1', '2.2.2.2', '3.3.3.3']) limiter.admit(address);
    expect(() => limiter.admit('4.4.4.4')).toThrow(tooMany);
    expect(() =>
      new ConnectionLimiter({ ...LIMITS, maxConnectionsPerAddress: 0 }).admit('1.1.1.1'),
    ).toThrow(tooMany);
  });

  it('assigns a principal as many connections as it may have, from any address', () => {
    const limiter = new ConnectionLimiter(LIMITS);
    const [one, two, three] = ['1.1.1.1', '2.2.2.2', '3.3.3.3'].map((address) =>
      limiter.admit(address),
    ) as [ConnectionSlot, ConnectionSlot, ConnectionSlot];
    one.assign(principal('alice'));
    two.assign(principal('alice'));
    expect(() => three.assign(principal('alice'))).toThrow(tooMany);
    three.assign(principal('bob'));
    one.release();
    limiter.admit('4.4.4.4').assign(principal('alice'));
  });

  it('counts nothing any more once everything was released, however often', () => {
    const limiter = new ConnectionLimiter(LIMITS);
    for (let round = 0; round < 100; round += 1) {
      const slot = limiter.admit('1.1.1.1');
      slot.assign(principal(`user-${round}`));
      slot.release();
      slot.release();
    }
    expect(limiter.size).toBe(0);
    limiter.admit('1.1.1.1');
    limiter.admit('1.1.1.1');
    expect(() => limiter.admit('1.1.1.1')).toThrow(tooMany);
    expect(limiter.size).toBe(2);
  });
});
