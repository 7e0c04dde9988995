import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';

/** How often it looks within its patience whether the client takes something. */
const LOOKS = 4;

const NOTHING = Buffer.alloc(0);

/** What waits for one client, and what tells that its network took some of it. */
export interface Outlet {
  /** One of these happens when it did; undefined when nothing waits, or the client is gone. */
  waits(): readonly Wait[] | undefined;
  /** How many bytes the system has not taken yet, where that can be known. */
  untakenBytes(): number | undefined;
}

/**
 * Waits until nothing waits for a client any more, or its connection is closed. It is patient as long
 * as the client takes something.
 *
 * @returns false when it took nothing for `patienceMs`
 */
export async function untilDrained(outlet: Outlet, patienceMs: number): Promise<boolean> {
  let untaken: number | undefined;
  let inVain = 0;
  for (let waits = outlet.waits(); waits; waits = outlet.waits()) {
    const happened = await anyWithin(waits, patienceMs / LOOKS);
    // One large message is a single write, which ends long after the client began to take it.
    const before = untaken;
    untaken = outlet.untakenBytes();
    inVain = happened || untaken !== before ? 0 : inVain + 1;
    if (inVain === LOOKS) return false;
  }
  return true;
}

/** Calls the listener when it happens, and returns how to stop waiting. */
export type Wait = (listener: () => void) => () => void;

export const on =
  (emitter: EventEmitter, event: string): Wait =>
  (listener) => {
    emitter.once(event, listener);
    return () => emitter.off(event, listener);
  };

/** All that was written before has gone to the system. The event `drain` tells that of much only. */
export const flushed =
  (socket: Socket): Wait =>
  (listener) => {
    socket.write(NOTHING, () => listener());
    return () => undefined;
  };

/** How many bytes of what the system was given it has not taken yet. It is no public interface of Node. */
export function untakenBytes(socket: Socket): number | undefined {
  const { _handle } = socket as unknown as {
    readonly _handle?: { readonly writeQueueSize?: number } | null;
  };
  return _handle?.writeQueueSize;
}

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
