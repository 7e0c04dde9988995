import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Principal } from '../principal.js';
import { MemoryTicketStore } from './ticket-store.js';
import { TicketStrategy } from './ticket.strategy.js';

const ALICE: Principal = {
  id: 'alice',
  tenant: 'acme',
  scopes: ['read'],
  claims: { sub: 'alice' },
};

const present = (strategy: TicketStrategy, ticket: unknown): Promise<Principal | undefined> =>
  strategy.authenticate({ credentials: { ticket } });

describe('TicketStrategy', () => {
  beforeEach(() => void jest.useFakeTimers({ now: 1_000_000 }));
  afterEach(() => void jest.useRealTimers());

  it('gives the principal that a ticket was issued for', async () => {
    const strategy = new TicketStrategy();
    const { ticket, expiresAt } = await strategy.issue(ALICE);
    expect(expiresAt).toBe(1_030_000);
    expect(await present(strategy, ticket)).toEqual(ALICE);
  });

  it('takes a ticket once, however often it is presented at the same time', async () => {
    const strategy = new TicketStrategy();
    const { ticket } = await strategy.issue(ALICE);
    const answers = await Promise.all([1, 2, 3].map(() => present(strategy, ticket)));
    expect(answers).toEqual([ALICE, undefined, undefined]);
  });

  it('takes no ticket after its time', async () => {
    const strategy = new TicketStrategy({ ttlMs: 1000 });
    const { ticket } = await strategy.issue(ALICE);
    jest.advanceTimersByTime(1000);
    expect(await present(strategy, ticket)).toBeUndefined();
  });

  it.each([-36_000_000, 36_000_000])(
    'takes a ticket within its time and not later, if the time of the machine is set by %i ms',
    async (changeMs) => {
      const strategy = new TicketStrategy({ ttlMs: 1000 });
      const { ticket: early } = await strategy.issue(ALICE);
      const { ticket: late } = await strategy.issue(ALICE);
      jest.setSystemTime(1_000_000 + changeMs);
      jest.advanceTimersByTime(999);
      expect(await present(strategy, early)).toEqual(ALICE);
      jest.advanceTimersByTime(1);
      expect(await present(strategy, late)).toBeUndefined();
    },
  );

  it.each([
    ['an unknown ticket', 'x'],
    ['no ticket', undefined],
    ['a ticket that is no text', { $ne: '' }],
  ])('leaves %s to the next strategy', async (_, ticket) => {
    expect(await present(new TicketStrategy(), ticket)).toBeUndefined();
  });

  it('issues a different ticket each time', async () => {
    const strategy = new TicketStrategy();
    const issued = await Promise.all(Array.from({ length: 100 }, () => strategy.issue(ALICE)));
    expect(new Set(issued.map(({ ticket }) => ticket)).size).toBe(100);
  });

  it('issues none for a principal without an id', async () => {
    await expect(new TicketStrategy().issue({ ...ALICE, id: '' })).rejects.toMatchObject({
      code: 'AUTHENTICATION_FAILED',
    });
  });

  it('gives the store no ticket that could be used, and the principal frozen', async () => {
    const saved: [string, Principal, number][] = [];
    const store = {
      save: async (...facts: [string, Principal, number]) => void saved.push(facts),
      take: async () => undefined,
    };
    const { ticket } = await new TicketStrategy({ store, ttlMs: 5 }).issue(ALICE);
    const [[hash, principal, ttlMs] = ['', ALICE, 0]] = saved;
    expect(saved).toHaveLength(1);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(hash).not.toContain(ticket);
    expect(ttlMs).toBe(5);
    expect(Object.isFrozen(principal.claims)).toBe(true);
  });
});

describe('MemoryTicketStore', () => {
  it('drops the oldest tickets when too many wait', async () => {
    const store = new MemoryTicketStore(2);
    for (const hash of ['a', 'b', 'c']) await store.save(hash, ALICE, 1000);
    expect(await Promise.all(['a', 'b', 'c'].map((hash) => store.take(hash)))).toEqual([
      undefined,
      ALICE,
      ALICE,
    ]);
  });
});
