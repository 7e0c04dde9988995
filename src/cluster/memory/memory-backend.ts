import { MemoryTicketStore } from '../../access/strategies/ticket-store.js';
import { MemoryStreamLog } from '../../log/memory-stream-log.js';
import type { StreamLog } from '../../log/stream-log.js';
import type { StreamingBackend, StreamingBackendFactory } from '../streaming-backend.js';
import { MemoryControl, type Listeners } from './memory-control.js';

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
  const tickets = new MemoryTicketStore();
  const listeners: Listeners = new Map();
  return (options) => {
    const shared = (log ??= new MemoryStreamLog(options.log));
    users += 1;
    return backendOver(shared, tickets, listeners, async () => {
      users -= 1;
      if (users === 0) await shared.close();
    });
  };
}

/** The backend of an application that has one instance, and maybe a log of its own. */
export function singleInstance(log: StreamLog, close: () => Promise<void>): StreamingBackend {
  return backendOver(log, new MemoryTicketStore(), new Map(), close);
}

function backendOver(
  log: StreamLog,
  tickets: MemoryTicketStore,
  listeners: Listeners,
  close: () => Promise<void>,
): StreamingBackend {
  const control = new MemoryControl(listeners);
  const leases = { isAlive: async (id: string): Promise<boolean> => listeners.has(id) };
  return {
    log,
    control,
    leases,
    tickets,
    close: async () => {
      control.stop();
      await close();
    },
  };
}
