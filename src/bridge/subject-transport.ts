import { Subject } from 'rxjs';
import type { LogEntry } from '../log/log-entry.js';
import type { StreamUpdate } from '../protocol/stream-update.js';
import type { DeliveryTransport } from '../delivery/delivery-transport.js';

/** Delivers to clients inside the process, each a Subject. */
export class SubjectTransport implements DeliveryTransport {
  readonly #subjects = new Map<string, Subject<StreamUpdate>>();

  add(clientId: string): Subject<StreamUpdate> {
    const subject = new Subject<StreamUpdate>();
    this.#subjects.set(clientId, subject);
    return subject;
  }

  remove(clientId: string): void {
    this.#subjects.get(clientId)?.complete();
    this.#subjects.delete(clientId);
  }

  fail(clientId: string, error: unknown): void {
    this.#subjects.get(clientId)?.error(error);
    this.#subjects.delete(clientId);
  }

  /** @returns whether the client is there */
  push(clientId: string, update: StreamUpdate): boolean {
    const subject = this.#subjects.get(clientId);
    subject?.next(update);
    return subject !== undefined;
  }

  broadcast(clientIds: Iterable<string>, entries: readonly LogEntry[]): string[] {
    for (const clientId of clientIds) this.send(clientId, entries);
    return [];
  }

  send(clientId: string, entries: readonly LogEntry[]): number {
    for (const entry of entries) this.push(clientId, entry.update);
    return entries.length;
  }

  /** Nothing to do: the sequence numbers of the following updates show the missing part. */
  reset(): void {}

  /** A Subject never refuses an update. */
  async drained(): Promise<void> {}
}
