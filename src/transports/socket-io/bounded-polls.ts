import { waitingPackets, type Engine } from './engine-internals.js';

/** As many as python-engineio takes, which refuses a poll with more; browsers take any number. */
const MAX_PACKETS_PER_POLL = 16;

const bounded = new WeakSet<Engine>();

/** Lets the answer to a poll carry a bounded number of packets; the others go with the next polls. */
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
  // Ahead of the listeners that take an engine for empty now.
  engine.prependListener('drain', () => {
    waitingPackets(engine)?.unshift(...rest);
    rest = [];
  });
}
