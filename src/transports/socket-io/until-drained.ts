import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { netSocketOf, untakenBytes, waitingPackets, type Engine } from './engine-internals.js';

/** How often it looks within its patience whether the client takes something. */
const LOOKS = 4;

const NOTHING = Buffer.alloc(0);

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
    const waits: Wait[] = [on(engine, 'close')];
    if (waitingPackets(engine)?.length) waits.push(on(engine, 'drain'));
    else if (socket?.writable && socket.writableLength > 0)
      waits.push(flushed(socket), on(socket, 'close'));
    else return true;
    const happened = await anyWithin(waits, patienceMs / LOOKS);
    // One large message is a single write, which ends long after the client began to take it.
    const before = untaken;
    untaken = socket && untakenBytes(socket);
    inVain = happened || untaken !== before ? 0 : inVain + 1;
    if (inVain === LOOKS) return false;
  }
  return true;
}

/** Calls the listener when it happens, and returns how to stop waiting. */
type Wait = (listener: () => void) => () => void;

const on =
  (emitter: EventEmitter, event: string): Wait =>
  (listener) => {
    emitter.once(event, listener);
    return () => emitter.off(event, listener);
  };

/** All that was written before has gone to the system. The event `drain` tells that of much only. */
const flushed =
  (socket: Socket): Wait =>
  (listener) => {
    socket.write(NOTHING, () => listener());
    return () => undefined;
  };

/** Whether one of them happens in time. */
function anyWithin(waits: readonly Wait[], timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (happened: boolean): void => {
      clearTimeout(timer);
      for (const stop of stops) stop();
      resolve(happened);
    };
    const timer = setTimeout(() => settle(false), timeoutMs);
    const stops = waits.map((wait) => wait(() => settle(true)));
  });
}
