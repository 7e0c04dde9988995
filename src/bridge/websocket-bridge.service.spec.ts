import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { firstValueFrom, lastValueFrom, take, takeWhile, toArray } from 'rxjs';
import { settled } from '../../test/support/held-log.js';
import { oneInstance, smallRegistry } from '../../test/support/small-registry.js';
import { WIDE_BOUNDS } from '../../test/support/wide-bounds.js';
import type { ExecutionRegistry } from '../executions/execution-registry.js';
import { MemoryStreamLog } from '../log/memory-stream-log.js';
import { isTerminalEvent } from '../protocol/control-event-name.js';
import type { StreamUpdate } from '../protocol/stream-update.js';
import { WebSocketBridgeService } from './websocket-bridge.service.js';

describe('WebSocketBridgeService', () => {
  let log: MemoryStreamLog;
  let executions: ExecutionRegistry;
  let bridge: WebSocketBridgeService;
  let received: Promise<unknown[]>;

  beforeEach(() => {
    log = new MemoryStreamLog(WIDE_BOUNDS);
    ({ executions } = smallRegistry(log, { flushIntervalMs: 40 }));
    bridge = new WebSocketBridgeService(log, oneInstance(log));
    executions.onOpened((executionId) => bridge.executionOpened(executionId));
  });
  afterEach(async () => {
    await bridge.close();
    await executions.close();
    await log.close();
  });

  /** What a client gets until its execution ends. */
  const untilEnd = async (
    subject: ReturnType<WebSocketBridgeService['registerClient']>,
  ): Promise<unknown[]> => {
    const updates = await lastValueFrom(
      subject.asObservable().pipe(
        takeWhile(({ type }: StreamUpdate) => !isTerminalEvent(type), true),
        toArray(),
      ),
    );
    return updates.map(({ type }) => type);
  };

  it('gives a client every update of its execution, from the start', async () => {
    const execution = executions.open({ executionId: 'run' });
    execution.context.emit('custom', 1);
    await execution.flush();
    const received = untilEnd(bridge.registerClient('client', { executionId: 'run' }));
    execution.context.emit('custom', 2);
    await execution.complete();
    expect(await received).toEqual(['workflow:start', 'custom', 'custom', 'workflow:end']);
  });

  it('waits for an execution that has not begun', async () => {
    const received = untilEnd(bridge.registerClient('client', { executionId: 'later' }));
    bridge.registerClient('gone', { executionId: 'later' });
    // Subscribing finds nothing to subscribe to.
    await new Promise((resolve) => setImmediate(resolve));
    bridge.unregisterClient('gone');
    await executions.open({ executionId: 'later' }).complete();
    expect(await received).toEqual(['workflow:start', 'workflow:end']);
  });

  it('lets only subscribed types through, and all again when none is left', async () => {
    const execution = executions.open({ executionId: 'run' });
    await execution.opened;
    const subject = bridge.registerClient('client', { executionId: 'run' });
    const received = untilEnd(subject);
    bridge.subscribeToEvents('client', ['event']);
    await firstValueFrom(subject);
    execution.context.emit('custom', 'filtered');
    execution.context.emit('events', 'passed');
    await execution.flush();
    bridge.unsubscribeFromEvents('client', ['events']);
    execution.context.emit('custom', 'passed again');
    await execution.complete();
    expect(await received).toEqual(['workflow:start', 'events', 'custom', 'workflow:end']);
  });

  it('links a client to another execution and to that only', async () => {
    const [first, second] = [
      executions.open({ executionId: 'first' }),
      executions.open({ executionId: 'second' }),
    ];
    const subject = bridge.registerClient('client', { executionId: 'first' });
    await firstValueFrom(subject);
    const received = lastValueFrom(subject.pipe(take(2), toArray()));
    bridge.linkClientToExecution('client', 'second');
    first.context.emit('custom', 'not for the client');
    await Promise.all([first.complete(), second.complete()]);
    expect((await received).map(({ type, metadata }) => [type, metadata?.executionId])).toEqual([
      ['workflow:start', 'second'],
      ['workflow:end', 'second'],
    ]);
  });

  it.each([
    ['register and link', (client: string) => bridge.linkClientToExecution(client, 'run')],
    [
      'register twice',
      (client: string) => {
        received = untilEnd(bridge.registerClient(client, { executionId: 'run' }));
      },
    ],
    [
      'link away and back',
      (client: string) => {
        bridge.linkClientToExecution(client, 'other');
        bridge.linkClientToExecution(client, 'run');
      },
    ],
  ])('delivers each update once, whatever is asked for at once: %s', async (_name, ask) => {
    const execution = executions.open({ executionId: 'run' });
    await execution.opened;
    received = untilEnd(bridge.registerClient('client', { executionId: 'run' }));
    ask('client');
    await untilWatched('run', 1);
    execution.context.emit('custom', 1);
    await execution.complete();
    expect(await received).toEqual(['workflow:start', 'custom', 'workflow:end']);
  });

  it.each(['first', 'not begun'])(
    'leaves an execution that it is only on its way to when it is linked to another: %s',
    async (executionId) => {
      const [first, second] = [
        executions.open({ executionId: 'first' }),
        executions.open({ executionId: 'second' }),
      ];
      await Promise.all([first.opened, second.opened]);
      const subject = bridge.registerClient('client', { executionId });
      const updates = lastValueFrom(subject.pipe(toArray()));
      if (executionId === 'not begun') await settled();
      bridge.linkClientToExecution('client', 'second');
      await untilWatched('second', 1);
      const late = executions.open({ executionId: 'not begun' });
      await Promise.all([first.complete(), late.complete(), second.complete()]);
      await settled();
      bridge.unregisterClient('client');
      expect((await updates).map(({ type, metadata }) => [type, metadata?.executionId])).toEqual([
        ['workflow:start', 'second'],
        ['workflow:end', 'second'],
      ]);
    },
  );

  it('does what was asked last of a room', async () => {
    bridge.registerClient('client');
    bridge.joinRoom('client', 'left');
    bridge.leaveRoom('client', 'left');
    bridge.joinRoom('client', 'joined');
    bridge.leaveRoom('client', 'joined');
    bridge.joinRoom('client', 'joined');
    await untilRoomHas('joined', 1);
    await settled();
    expect(bridge.getClientInfo('client')?.rooms).toEqual(['joined']);
  });

  it('does not replay an execution to a client that watches it already', async () => {
    const execution = executions.open({ executionId: 'run' });
    await execution.opened;
    const subject = bridge.registerClient('client', { executionId: 'run' });
    const updates = untilEnd(subject);
    await firstValueFrom(subject);
    bridge.linkClientToExecution('client', 'run');
    await settled();
    await execution.complete();
    expect(await updates).toEqual(['workflow:start', 'workflow:end']);
  });

  it('lets a client go whose channel cannot be read', async () => {
    const failure = new Error('the log is down');
    log.describe = () => Promise.reject(failure);
    const updates = lastValueFrom(bridge.registerClient('client', { executionId: 'run' }));
    await expect(updates).rejects.toBe(failure);
    expect(bridge.getClientCount()).toBe(0);
  });

  it('delivers to rooms, through the log', async () => {
    const subject = bridge.registerClient('client', {
      rooms: ['lobby'],
      metadata: { user: 'ada' },
    });
    const received = firstValueFrom(subject);
    await untilRoomHas('lobby', 1);
    await bridge.broadcastToRoom('lobby', { type: 'events', data: 'hello' });
    expect(await received).toMatchObject({
      type: 'events',
      data: 'hello',
      metadata: { roomId: 'lobby', sequenceNumber: 1 },
    });
    expect(bridge.getClientInfo('client')).toMatchObject({
      clientId: 'client',
      rooms: ['lobby'],
      executionIds: [],
      metadata: { user: 'ada' },
    });
    expect(bridge.getAllRoomsInfo()).toEqual([
      { roomId: 'lobby', clientCount: 1, clients: ['client'] },
    ]);
    bridge.leaveRoom('client', 'lobby');
    expect(bridge.getRoomInfo('lobby')).toEqual({ roomId: 'lobby', clientCount: 0, clients: [] });
  });

  it('broadcasts to an execution through its log', async () => {
    const execution = executions.open({ executionId: 'run' });
    await execution.opened;
    const received = untilEnd(bridge.registerClient('client', { executionId: 'run' }));
    await bridge.broadcastToExecution('run', { type: 'milestone', data: 'half' });
    await execution.complete();
    expect(await received).toEqual(['workflow:start', 'milestone', 'workflow:end']);
  });

  it('cannot tell viewers of an execution that it ended', async () => {
    const execution = executions.open({ executionId: 'run' });
    await execution.opened;
    for (const type of ['workflow:end', 'interrupt'] as const)
      await expect(
        bridge.broadcastToExecution('run', { type, data: { state: 'completed' } }),
      ).rejects.toMatchObject({
        code: 'RESERVED_EVENT_TYPE',
      });
    expect((await log.describe(execution.channel))?.head).toBe(1);
  });

  it('sends to one client', async () => {
    const update: StreamUpdate = { type: 'custom', data: 'for you' };
    const received: unknown[] = [];
    bridge.registerClient('client').subscribe((one) => received.push(one));
    expect([
      await bridge.sendToClient('client', update),
      await bridge.sendToClient('nobody', update),
    ]).toEqual([true, false]);
    expect(received).toEqual([update]);
  });

  it('completes the stream of a client that is unregistered or registered again', async () => {
    const first = lastValueFrom(bridge.registerClient('client').pipe(toArray()));
    const second = lastValueFrom(bridge.registerClient('client').pipe(toArray()));
    expect(await first).toEqual([]);
    expect([bridge.getClientCount(), bridge.getActiveClients()]).toEqual([1, ['client']]);
    bridge.unregisterClient('client');
    expect(await second).toEqual([]);
    expect([bridge.getClientCount(), bridge.getClientInfo('client')]).toEqual([0, undefined]);
  });

  it('lets a client go whose execution is removed', async () => {
    const execution = executions.open({ executionId: 'run' });
    const received = lastValueFrom(bridge.registerClient('client', { executionId: 'run' }));
    await untilWatched('run', 1);
    await log.delete(execution.channel);
    await expect(received).rejects.toMatchObject({ code: 'CHANNEL_GONE' });
    expect(bridge.getExecutionClients('run')).toEqual([]);
  });

  it('tells when a client or an event type is unknown', () => {
    bridge.registerClient('client');
    for (const use of [
      () => bridge.subscribeToEvents('nobody', ['token']),
      () => bridge.linkClientToExecution('nobody', 'run'),
      () => bridge.joinRoom('nobody', 'lobby'),
      () => bridge.subscribeToEvents('client', ['tokem']),
    ]) {
      expect(use).toThrow(expect.objectContaining({ code: 'INVALID_PAYLOAD' }));
    }
  });

  async function untilWatched(executionId: string, count: number): Promise<void> {
    while (bridge.getExecutionClients(executionId).length < count)
      await new Promise((resolve) => setImmediate(resolve));
  }

  /** A join is on its way for a moment; it is done when the room counts its clients. */
  async function untilRoomHas(roomId: string, count: number): Promise<void> {
    while (bridge.getRoomInfo(roomId).clientCount < count)
      await new Promise((resolve) => setImmediate(resolve));
  }
});
