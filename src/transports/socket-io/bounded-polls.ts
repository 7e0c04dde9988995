import { waitingPackets, type Engine } from './engine-internals.js';

/** The limit of python-engineio, which refuses an answer with more packets. Browsers accept any number. */
const MAX_PACKETS_PER_POLL = 16;

const bounded = new WeakSet<Engine>();

/** Limits the number of packets in the answer to a poll. Further packets go with the next polls. */
export function boundPolls(engine: Engine): void {
  // A WebSocket never becomes polling.
  if (engine.transport.name !== 'polling' || bounded.has(engine)) return;
  bounded.add(engine);
  let rest: unknown[] = [];
  engine.on('flush', (packets: unknown[]) => {
    // A connection that is closing has no next poll.
    if (engine.transport.name === 'polling' && engine.readyState === 'open')
      rest = packets.splice(MAX_PACKETS_PER_POLL);
  });
  // Before listeners that would see the engine as empty now.
  engine.prependListener('drain', () => {
    waitingPackets(engine)?.unshift(...rest);
    rest = [];
  });
}
