import { MemoryTicketStore } from '../../access/strategies/ticket-store.js';
import { MemoryStreamLog } from '../../log/memory-stream-log.js';
import type { StreamLog } from '../../log/stream-log.js';
import type { StreamingBackend, StreamingBackendFactory } from '../streaming-backend.js';
import { MemoryControl, type Listeners } from './memory-control.js';
import { MemoryThreadStore } from './memory-thread-store.js';

/**
 * A backend in the memory of this process, which is what an application has by default. Give one to
 * several applications, and they behave as the instances of one application, for tests:
 *
 * ```ts
 * const backend = memoryBackend();
 * const modules = [1, 2].map(() => StreamingModule.forRoot({ backend, gateway }));
 * ```
 *
 * @publicApi
 */
export function memoryBackend(): StreamingBackendFactory {
  let log: MemoryStreamLog | undefined;
  let users = 0;
  const shared = { tickets: new MemoryTicketStore(), threads: new MemoryThreadStore() };
  const listeners: Listeners = new Map();
  return (options) => {
    const memory = (log ??= new MemoryStreamLog(options.log));
    users += 1;
    return backendOver(memory, shared, listeners, async () => {
      users -= 1;
      if (users === 0) await memory.close();
    });
  };
}

/** The backend of an application that has one instance, and maybe a log of its own. */
export function singleInstance(log: StreamLog, close: () => Promise<void>): StreamingBackend {
  const own = { tickets: new MemoryTicketStore(), threads: new MemoryThreadStore() };
  return backendOver(log, own, new Map(), close);
}

function backendOver(
  log: StreamLog,
  stores: Pick<StreamingBackend, 'tickets' | 'threads'>,
  listeners: Listeners,
  close: () => Promise<void>,
): StreamingBackend {
  const control = new MemoryControl(listeners);
  const leases = { isAlive: async (id: string): Promise<boolean> => listeners.has(id) };
  return {
    log,
    control,
    leases,
    ...stores,
    close: async () => {
      control.stop();
      await close();
    },
  };
}
