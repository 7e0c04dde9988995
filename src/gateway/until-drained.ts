import type { EventEmitter } from 'node:events';
import { netSocketOf, untakenBytes, waitingPackets, type Engine } from './engine-internals.js';

/** How often it looks within its patience whether the client takes something. */
const LOOKS = 4;

/**
 * Waits until nothing waits for a client any more, or its connection is closed. It is patient as long
 * as the client takes something.
 *
 * @returns false when it took nothing for `patienceMs`
 */
export async function untilDrained(engine: Engine, patienceMs: number): Promise<boolean> {
  let untaken: number | undefined;
  let inVain = 0;
  while (engine.readyState === 'open') {
    const socket = netSocketOf(engine.transport);
    const events: Event[] = [[engine, 'close']];
    if (waitingPackets(engine)?.length) events.push([engine, 'drain']);
    else if (socket?.writableNeedDrain) events.push([socket, 'drain'], [socket, 'close']);
    else return true;
    const happened = await anyWithin(events, patienceMs / LOOKS);
    // One large message is a single write, which ends long after the client began to take it.
    const before = untaken;
    untaken = socket && untakenBytes(socket);
    inVain = happened || untaken !== before ? 0 : inVain + 1;
    if (inVain === LOOKS) return false;
  }
  return true;
}

type Event = readonly [emitter: EventEmitter, name: string];

/** Whether one of the events happens in time. */
function anyWithin(events: readonly Event[], timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (happened: boolean): void => {
      clearTimeout(timer);
      for (const [emitter, name] of events) emitter.off(name, happen);
      resolve(happened);
    };
    const happen = (): void => settle(true);
    const timer = setTimeout(() => settle(false), timeoutMs);
    for (const [emitter, name] of events) emitter.once(name, happen);
  });
}
