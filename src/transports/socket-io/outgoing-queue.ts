import { interceptWrites, isUpdate, waitingPackets, type Engine } from './engine-internals.js';

/** What a waiting packet costs beside its text, in bytes. */
const PACKET_OVERHEAD = 100;

/**
 * Bounds what waits for a client, whoever wrote it: the answers and refusals of Socket.IO, acknowledgements,
 * events of the application. Updates of the log are not among it: they are bounded where they are written, by
 * all that waits, so that a slow viewer is not closed for an answer on top of them.
 *
 * @param onFull - told when something is written while more than the bound waits
 */
export function boundQueue(engine: Engine, maxQueuedBytes: () => number, onFull: () => void): void {
  /** In the engine, until the transport can be written to. */
  let waiting = 0;
  /** Given to a WebSocket, which has not given it to the network yet. */
  let leaving = 0;
  engine.on('flush', () => {
    leaving = engine.transport.name === 'websocket' ? waiting : 0;
  });
  // A poll takes a bounded number of packets, so that some can be left.
  engine.on('drain', () => {
    waiting = sizeOf(waitingPackets(engine) ?? []);
  });
  interceptWrites(engine, (length, options) => {
    if (isUpdate(options)) return;
    const queued = waiting + (engine.transport.writable ? 0 : leaving);
    if (queued > maxQueuedBytes()) onFull();
    else waiting += length + PACKET_OVERHEAD;
  });
}

function sizeOf(packets: readonly unknown[]): number {
  let size = 0;
  for (const packet of packets) {
    const { data, options } = packet as {
      readonly data?: string | Buffer;
      readonly options?: object;
    };
    if (!isUpdate(options)) size += (data?.length ?? 0) + PACKET_OVERHEAD;
  }
  return size;
}
