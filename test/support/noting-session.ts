import type { Principal } from '../../src/index.js';
import type { DeliveryTransport } from '../../src/delivery/delivery-transport.js';
import type { GatewaySession, ServerMessage } from '../../src/gateway/gateway-session.js';
import type { LogEntry } from '../../src/log/log-entry.js';
import type { ErrorMessage, ServerEventName } from '../../src/protocol/server-events.js';
import type { StreamUpdate } from '../../src/protocol/stream-update.js';

/** A session without a network: it notes what its client is told. */
export class NotingSession implements GatewaySession {
  readonly address = '192.0.2.1';
  readonly #gone = new AbortController();
  readonly signal = this.#gone.signal;
  /** `[event, message]` of each event. */
  readonly told: [string, unknown][] = [];

  constructor(
    readonly id: string,
    public principal: Principal = { id: 'ada', scopes: [], claims: {} },
  ) {}

  send<E extends ServerEventName>(event: E, message: ServerMessage<E>): void {
    this.told.push([event, message]);
  }

  end(reason: ErrorMessage): void {
    this.told.push(['error', reason]);
    this.leave();
  }

  async dismiss(): Promise<void> {
    this.told.push(['dismissed', undefined]);
    this.leave();
  }

  /** The client goes away. */
  leave(): void {
    this.#gone.abort();
  }
}

/** A transport without a network: it notes the updates that each client gets. */
export class NotingTransport implements DeliveryTransport {
  readonly #updates = new Map<string, StreamUpdate[]>();

  readonly #waiting = new Set<() => void>();

  /** Resolves when a client has so many updates. */
  async received(clientId: string, count: number): Promise<void> {
    const updates = this.updatesOf(clientId);
    while (updates.length < count) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  updatesOf(clientId: string): StreamUpdate[] {
    const updates = this.#updates.get(clientId) ?? [];
    this.#updates.set(clientId, updates);
    return updates;
  }

  broadcast(clientIds: Iterable<string>, entries: readonly LogEntry[]): string[] {
    for (const clientId of clientIds) this.send(clientId, entries);
    return [];
  }

  send(clientId: string, entries: readonly LogEntry[]): number {
    this.updatesOf(clientId).push(...entries.map(({ update }) => update));
    for (const wake of this.#waiting) wake();
    return entries.length;
  }

  push(clientId: string, update: StreamUpdate): boolean {
    this.updatesOf(clientId).push(update);
    return true;
  }

  reset(clientId: string): void {
    throw new Error(`nothing was trimmed, yet ${clientId} was reset`);
  }

  async drained(): Promise<void> {}

  fail(clientId: string, error: unknown): void {
    throw new Error(`${clientId} was let go`, { cause: error });
  }
}
