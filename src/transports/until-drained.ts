import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';

/** How many times within `patienceMs` it checks whether the client reads. */
const LOOKS = 4;

const NOTHING = Buffer.alloc(0);

/** The data that waits for one client, and the events when its network accepts data. */
export interface Outlet {
  /**
   * The events of which one comes when the network accepts data; undefined if nothing waits, or the client is
   * gone.
   */
  waits(): readonly Wait[] | undefined;
  /** How many bytes the operating system has not accepted yet, if this is known. */
  untakenBytes(): number | undefined;
}

/**
 * Waits until no data waits for a client any more, or its connection is closed. It waits as long as the
 * client continues to read.
 *
 * @returns false if the client read nothing for `patienceMs`
 */
export async function untilDrained(outlet: Outlet, patienceMs: number): Promise<boolean> {
  let untaken: number | undefined;
  let inVain = 0;
  for (let waits = outlet.waits(); waits; waits = outlet.waits()) {
    const happened = await anyWithin(waits, patienceMs / LOOKS);
    // One large message is a single write. It ends long after the client began to read it.
    const before = untaken;
    untaken = outlet.untakenBytes();
    inVain = happened || untaken !== before ? 0 : inVain + 1;
    if (inVain === LOOKS) return false;
  }
  return true;
}

/** Calls the listener when the event comes, and returns a function that stops waiting. */
export type Wait = (listener: () => void) => () => void;

export const on =
  (emitter: EventEmitter, event: string): Wait =>
  (listener) => {
    emitter.once(event, listener);
    return () => emitter.off(event, listener);
  };

/** All earlier data was passed to the operating system. The event `drain` comes only after much data. */
export const flushed =
  (socket: Socket): Wait =>
  (listener) => {
    socket.write(NOTHING, () => listener());
    return () => undefined;
  };

/** How many bytes the operating system has not accepted yet. This is not a public interface of Node. */
export function untakenBytes(socket: Socket | null): number | undefined {
  const internals = socket as unknown as {
    readonly _handle?: { readonly writeQueueSize?: number } | null;
  } | null;
  return internals?._handle?.writeQueueSize;
}

/** Whether one of the events comes in time. */
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
