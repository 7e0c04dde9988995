import { draftUpdate, type LogEntry, type UpdateDraft } from '../../log/log-entry.js';
import type { LogEvent } from '../../log/log-event.js';
import type { LogRead, StreamLog } from '../../log/stream-log.js';
import { executionChannel } from '../../protocol/channel.js';
import { StreamEventType } from '../../protocol/stream-event-type.js';
import type { ContractLogBounds } from './contract-options.js';

/** Registers a test with a log of its own. */
export type It = (
  name: string,
  body: (log: StreamLog) => Promise<void>,
  bounds?: Partial<ContractLogBounds>,
) => void;

/** An execution whose id has characters that stores use to separate. */
export const channel = executionChannel('run:1 | "ä" 🙂 {a}\u001e\u001f\n');

export const token = (content: string): UpdateDraft =>
  draftUpdate({ type: StreamEventType.TOKEN, data: { content }, nodeId: 'n' });

export const sequencesOf = (entries: readonly LogEntry[] | undefined): number[] =>
  (entries ?? []).map((entry) => entry.sequence);

export const textsOf = (read: LogRead | undefined): string[] =>
  (read?.entries ?? []).map((entry) => (entry.update.data as { content: string }).content);

/** The numbers 1 to `count`. */
export const upTo = (count: number): number[] =>
  Array.from({ length: count }, (_, index) => index + 1);

export async function appendTokens(log: StreamLog, count: number): Promise<string> {
  const { epoch } = await log.open(channel);
  for (const index of upTo(count)) await log.append(channel, [token(`t${index}`)]);
  return epoch;
}

/** Lets other work of the process happen. */
export const turn = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** After this a test waits for nothing more, so that one that failed leaves nothing running. In ms. */
const PATIENCE_MS = 30_000;

/** Waits until something is so. */
export async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  const startedAt = performance.now();
  while (!(await condition())) {
    if (performance.now() - startedAt > PATIENCE_MS)
      throw new Error(`The log did not do what is waited for: ${String(condition)}`);
    await turn();
  }
}

/** Records the events that a follower gets. */
export class Heard {
  readonly events: LogEvent[] = [];
  readonly listen = (event: LogEvent): void => {
    this.events.push(event);
  };

  get entries(): LogEntry[] {
    return this.events.flatMap((event) => (event.type === 'entries' ? event.entries : []));
  }

  get sequences(): number[] {
    return sequencesOf(this.entries);
  }

  /** The received events besides entries. */
  get notices(): string[] {
    return this.events.flatMap(({ type }) => (type === 'entries' ? [] : [type]));
  }

  /** Resolves when an entry with this sequence number has come. */
  async sequence(sequence: number): Promise<void> {
    await until(() => this.sequences.includes(sequence));
  }

  /** Resolves when this event has come. */
  async notice(type: LogEvent['type']): Promise<void> {
    await until(() => this.notices.includes(type));
  }
}
