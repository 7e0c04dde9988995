import { BriefSet } from '../../common/brief-set.js';
import { flushOf, netSocketOf, type Engine } from './engine-internals.js';

/** The connections whose packets wait for the end of the turn. Their transports seem not to be writable. */
const held = new BriefSet<Engine>();

/**
 * Lets the packets for a WebSocket wait in the engine until the turn of the event loop ends, so that all of them leave
 * in one write.
 */
export function writeTogether(engine: Engine): void {
  const { transport } = engine;
  if (!transport.writable || !netSocketOf(transport) || !flushOf(engine)) return;
  transport.writable = false;
  held.add(engine);
  setImmediate(writeHeld, engine);
}

/** Whether packets of a connection wait for the end of the turn. Then nothing else keeps them from leaving. */
export function isHeld(engine: Engine): boolean {
  return held.has(engine);
}

/** Writes the packets of a connection that wait for the end of the turn. */
export function writeHeld(engine: Engine): void {
  if (!held.has(engine)) return;
  held.delete(engine);
  const { transport } = engine;
  const network = netSocketOf(transport);
  network?.cork();
  transport.writable = true;
  flushOf(engine)?.call(engine);
  network?.uncork();
}
