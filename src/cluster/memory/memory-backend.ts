import { MemorySignInStore } from '../../access/strategies/sign-in-store.js';
import { MemoryTicketStore } from '../../access/strategies/ticket-store.js';
import { MemoryStreamLog } from '../../log/memory-stream-log.js';
import type { StreamLog } from '../../log/stream-log.js';
import type { StreamingBackend, StreamingBackendFactory } from '../streaming-backend.js';
import type { ThreadBounds } from '../thread-store.js';
import { MemoryControl, type Listeners } from './memory-control.js';
import { MemoryThreadStore } from './memory-thread-store.js';
import { MemoryLeases, MemoryLeaseTable } from './memory-leases.js';
import { MemoryLimits, MemoryLimitTable } from './memory-limits.js';

/**
 * Makes a backend in the memory of this process. Without the option `backend`, an application has such a backend.
 * For tests of several instances, give the same backend to several applications of a process. Then they work as
 * the instances of one application:
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
  let shared: SharedMemory | undefined;
  let users = 0;
  return (options) => {
    const own = (log ??= new MemoryStreamLog(options.log));
    users += 1;
    return new MemoryBackend(own, (shared ??= new SharedMemory(options.threads)), async () => {
      users -= 1;
      if (users === 0) await own.close();
    });
  };
}

/** Makes the backend of an application that has only one instance, over the given log. */
export function singleInstance(
  log: StreamLog,
  threads: ThreadBounds,
  close: () => Promise<void>,
): StreamingBackend {
  return new MemoryBackend(log, new SharedMemory(threads), close);
}

/** The data that the instances of one process share besides the log. */
class SharedMemory {
  readonly tickets = new MemoryTicketStore();
  readonly signIns = new MemorySignInStore();
  readonly threads: MemoryThreadStore;
  readonly listeners: Listeners = new Map();
  readonly leases = new MemoryLeaseTable();
  readonly limits = new MemoryLimitTable();

  constructor(bounds: ThreadBounds) {
    this.threads = new MemoryThreadStore(bounds);
  }
}

/** The backend of one instance. */
export class MemoryBackend implements StreamingBackend {
  readonly control: MemoryControl;
  readonly leases: MemoryLeases;
  readonly limits: MemoryLimits;
  readonly tickets: MemoryTicketStore;
  readonly signIns: MemorySignInStore;
  readonly threads: MemoryThreadStore;

  constructor(
    readonly log: StreamLog,
    private readonly shared: SharedMemory,
    private readonly release: () => Promise<void>,
  ) {
    this.control = new MemoryControl(shared.listeners);
    const { instanceId } = this.control;
    this.leases = new MemoryLeases(shared.leases, instanceId);
    this.limits = new MemoryLimits(shared.limits, instanceId, (id) => shared.leases.isAlive(id));
    this.tickets = shared.tickets;
    this.signIns = shared.signIns;
    this.threads = shared.threads;
  }

  /** For tests: the other instances see this instance as dead, as if it were killed, frozen or cut off. */
  vanish(): void {
    this.control.stop();
    this.shared.leases.lapse(this.control.instanceId);
  }

  /** For tests: the instance wakes up after it vanished. */
  reappear(): void {
    this.control.resume();
    this.shared.leases.revive(this.control.instanceId);
  }

  async close(): Promise<void> {
    this.vanish();
    await this.release();
  }
}
