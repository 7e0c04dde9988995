import type { Ack } from '../../src/client/index.js';
import type { StreamUpdate } from '../../src/index.js';
import { isTerminalEvent } from '../../src/protocol/control-event-name.js';
import type { ErrorBody } from '../../src/protocol/error-codes.js';
import type { PlainClient } from './streaming-app.js';

/** Every update that a plain client got, and promises for those to come. */
export class Inbox {
  readonly updates: StreamUpdate[] = [];
  readonly #waiting = new Set<() => void>();

  constructor(client: PlainClient) {
    client.on('stream_update', ({ data }) => {
      this.updates.push(data.update);
      for (const check of this.#waiting) check();
    });
  }

  /** Resolves when `condition` holds for what has arrived. */
  async until(condition: (updates: readonly StreamUpdate[]) => boolean): Promise<void> {
    if (condition(this.updates)) return;
    await new Promise<void>((resolve) => {
      const check = (): void => {
        if (!condition(this.updates)) return;
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
    });
  }

  /** Resolves when the execution has ended. */
  async ended(executionId?: string): Promise<void> {
    await this.until((updates) =>
      updates.some(
        ({ type, metadata }) =>
          isTerminalEvent(type) &&
          (executionId === undefined || metadata?.executionId === executionId),
      ),
    );
  }

  /** `[type, data]` of each update. */
  get brief(): [string, unknown][] {
    return this.updates.map(({ type, data }) => [type, data]);
  }

  /** The sequence numbers, those of joined updates spelled out. */
  get sequences(): number[] {
    return this.updates.flatMap(({ metadata }) =>
      rangeOf(metadata?.fromSequence ?? metadata?.sequenceNumber, metadata?.sequenceNumber),
    );
  }

  /** All text, joined. */
  get text(): string {
    return this.updates
      .map(({ type, data }) => (type === 'token' ? (data as { content: string }).content : ''))
      .join('');
  }
}

/** `[1, 2, …, count]`. */
export const oneTo = (count: number): number[] => rangeOf(1, count);

function rangeOf(from = 0, to = 0): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** The answer of an acknowledgement that must be a good one. */
export function accepted<T extends object>(ack: Ack<T>): T {
  if (!ack.ok) throw new Error(`refused: ${JSON.stringify(ack.error)}`);
  const { ok: _ok, ...answer } = ack;
  return answer as unknown as T;
}

/** The code of an acknowledgement that must be a refusal. */
export function refused(ack: Ack): string {
  if (ack.ok) throw new Error(`accepted: ${JSON.stringify(ack)}`);
  return ack.error.code;
}

/** The next message of an event. */
export async function next(client: PlainClient, event: string): Promise<never> {
  return new Promise((resolve) =>
    (client.once as (name: string, listener: (message: never) => void) => unknown).call(
      client,
      event,
      resolve,
    ),
  );
}

/** What became of a connection: `connected`, or the error that the client was told. */
export async function outcomeOf(client: PlainClient): Promise<'connected' | ErrorBody> {
  return new Promise((resolve) => {
    client.once('connect', () => resolve('connected'));
    client.once('connect_error', (error: Error & { data?: ErrorBody }) =>
      resolve(error.data ?? { code: 'INTERNAL_ERROR', message: error.message, retryable: false }),
    );
  });
}

/** Whether a client is let in. */
export async function connects(client: PlainClient): Promise<boolean> {
  return (await outcomeOf(client)) === 'connected';
}

/** Whether a client is let in, and gets an answer of the gateway. */
export async function answers(client: PlainClient): Promise<boolean> {
  return (await connects(client)) && accepted(await client.emitWithAck('ping', {})).timestamp > 0;
}
