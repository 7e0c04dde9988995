import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { NotingSession, NotingTransport } from '../../test/support/noting-session.js';
import { deferred } from '../common/deferred.js';
import { Delivery } from '../delivery/delivery.js';
import { MemoryStreamLog } from '../log/memory-stream-log.js';
import { GatewayConnection, GatewayConnectionManager } from './gateway-connection.manager.js';

const REQUEST = { auth: {}, headers: {}, remoteAddress: '192.0.2.1' };

let delivery: Delivery;
let log: MemoryStreamLog;

beforeEach(() => {
  const bounds = { maxEntries: 10, maxBytes: 1_000, retentionMs: 1_000, roomIdleMs: 1_000 };
  log = new MemoryStreamLog(bounds);
  delivery = new Delivery(log, new NotingTransport());
});
afterEach(async () => {
  jest.useRealTimers();
  await delivery.close();
  await log.close();
});

const connectionOf = (session: NotingSession): GatewayConnection =>
  new GatewayConnection(session, REQUEST, delivery);

describe('GatewayConnectionManager', () => {
  it('knows who is connected, oldest first', () => {
    const manager = new GatewayConnectionManager();
    const [a, b] = ['a', 'b'].map((id) => connectionOf(new NotingSession(id)));
    for (const connection of [a, b]) if (connection) manager.add(connection);
    expect([...manager.all()]).toEqual([a, b]);
    expect([manager.size, manager.get('b'), manager.get('c')]).toEqual([2, b, undefined]);
    manager.remove('a');
    manager.remove('never there');
    expect([[...manager.all()], manager.get('a')]).toEqual([[b], undefined]);
  });

  it('shows connections without what belongs to the gateway', () => {
    const manager = new GatewayConnectionManager();
    const connection = connectionOf(new NotingSession('a'));
    manager.add(connection);
    const { connectedAt } = connection;
    expect(manager.infos()).toEqual([{ id: 'a', principalId: 'ada', connectedAt }]);
    expect(manager.info('a')).toEqual({ id: 'a', principalId: 'ada', connectedAt });
    expect(manager.info('b')).toBeUndefined();
  });

  it('counts those there are, those there were, and the most at one time', () => {
    jest.useFakeTimers({ now: 1_000 });
    const manager = new GatewayConnectionManager();
    for (const id of ['a', 'b', 'c']) manager.add(connectionOf(new NotingSession(id)));
    for (const id of ['a', 'b', 'c']) manager.remove(id);
    manager.add(connectionOf(new NotingSession('d')));
    jest.setSystemTime(6_000);
    expect(manager.stats()).toEqual({
      activeConnections: 1,
      totalConnections: 4,
      peakConnections: 3,
      uptime: 5_000,
    });
  });
});

describe('GatewayConnection', () => {
  it('is what its session is, also after its credential was renewed', () => {
    const session = new NotingSession('a');
    const connection = connectionOf(session);
    const { id, address, principal, signal, connected } = connection;
    expect({ id, address, principal, signal, connected }).toEqual({
      id: 'a',
      address: '192.0.2.1',
      principal: session.principal,
      signal: session.signal,
      connected: true,
    });
    session.principal = { ...session.principal, expiresAt: 7 };
    expect(connection.principal.expiresAt).toBe(7);
    session.leave();
    expect(connection.connected).toBe(false);
  });

  it('handles messages in their order, and goes on after one that fails', async () => {
    const connection = connectionOf(new NotingSession('a'));
    const done: string[] = [];
    const policy = deferred<void>();
    const slow = connection.inOrder(async () => {
      await policy.promise;
      done.push('slow');
      throw new Error('refused');
    });
    const quick = connection.inOrder(async () => done.push('quick'));
    policy.resolve();
    await expect(slow).rejects.toThrow('refused');
    await quick;
    expect(done).toEqual(['slow', 'quick']);
  });

  it('ends its waits for executions by name, by time, or all at once', () => {
    jest.useFakeTimers();
    const connection = connectionOf(new NotingSession('a'));
    const signals = ['x', 'y', 'z'].map((id, index) => connection.beginWait(id, index + 1));
    const states = (): boolean[] => signals.map(({ aborted }) => aborted);
    connection.stopWaiting('y');
    expect([states(), connection.waits]).toEqual([[false, true, false], 2]);
    jest.advanceTimersByTime(1);
    expect(states()).toEqual([true, true, false]);
    connection.stopWaiting();
    expect([states(), connection.waits]).toEqual([[true, true, true], 0]);
  });
});
