import { deepFreeze } from '../common/deep-freeze.js';
import type { LogEntry, UpdateContent } from '../log/log-entry.js';
import type { Channel } from '../protocol/channel.js';
import { isControlUpdate, type StreamUpdate } from '../protocol/stream-update.js';

/** See `StreamingWebSocketGateway.beforeDeliver`. */
export type BeforeDeliver = (update: StreamUpdate, channel: Channel) => UpdateContent | undefined;

/**
 * Asks a gateway's `beforeDeliver` about each entry, once, however many clients get it and however
 * often they read it again.
 */
export class EntryPreparation {
  readonly #prepared = new WeakMap<LogEntry, LogEntry | 'withheld'>();

  /** @param onFailure - told when the hook throws; the entry is withheld then */
  constructor(
    private readonly beforeDeliver: BeforeDeliver,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  prepare(entry: LogEntry, channel: Channel): LogEntry | undefined {
    let prepared = this.#prepared.get(entry);
    if (!prepared) {
      prepared = this.#ask(entry, channel) ?? withheld(entry);
      this.#prepared.set(entry, prepared);
    }
    return prepared === 'withheld' ? undefined : prepared;
  }

  /**
   * The update is frozen, as the JSON that goes out is made already and others in the process share
   * it: a hook that changed it would seem to redact what viewers get all the same.
   */
  #ask(entry: LogEntry, channel: Channel): LogEntry | undefined {
    try {
      const update = this.beforeDeliver(deepFreeze(entry.update), channel);
      return update && (update === entry.update ? entry : entry.withContent(update));
    } catch (error) {
      this.onFailure(error);
      return undefined;
    }
  }
}

/** Viewers must learn the state of an execution, if nothing else. */
function withheld(entry: LogEntry): LogEntry | 'withheld' {
  const { update } = entry;
  if (!isControlUpdate(update)) return 'withheld';
  return entry.withContent({ ...update, data: { state: update.data.state } });
}
