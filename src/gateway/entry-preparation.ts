import { BoundedMap } from '../common/bounded-map.js';
import { deepFreeze } from '../common/deep-freeze.js';
import type { LogEntry } from '../log/log-entry.js';
import type { Channel } from '../protocol/channel.js';
import type { ExecutionStateData, StreamUpdate } from '../protocol/stream-update.js';

/** See `StreamingWebSocketGateway.beforeDeliver`. */
export type BeforeDeliver = (update: StreamUpdate, channel: Channel) => StreamUpdate | undefined;

/** Takes the place of an entry that the hook left as it is, which the log has already. */
type Prepared = LogEntry | 'unchanged' | 'withheld';

/** How much is remembered of what the hook said: so many entries, and so many bytes of changed ones. */
const MAX_REMEMBERED = 65_536;
const MAX_REMEMBERED_BYTES = 16_777_216;

/**
 * Asks a gateway's `beforeDeliver` about each entry, once, however many clients get it and however
 * often they read it again. An entry is known by its place in the log, as a log may make the object
 * anew each time. What was asked for last is remembered, within bounds.
 */
export class EntryPreparation {
  readonly #prepared = new BoundedMap<string, Prepared>(MAX_REMEMBERED, MAX_REMEMBERED_BYTES);

  /** @param onFailure - told when the hook throws; the entry is withheld then */
  constructor(
    private readonly beforeDeliver: BeforeDeliver,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  prepare(entry: LogEntry, channel: Channel): LogEntry | undefined {
    const key = `${entry.sequence} ${entry.life.key}`;
    let prepared = this.#prepared.get(key);
    if (!prepared) {
      const asked = this.#ask(entry, channel) ?? withheld(entry);
      prepared = asked === entry ? 'unchanged' : asked;
      this.#prepared.set(key, prepared, typeof prepared === 'string' ? 0 : prepared.bytes);
    }
    if (prepared === 'unchanged') return entry;
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
  if (!entry.isControl) return 'withheld';
  const { state } = entry.update.data as ExecutionStateData;
  return entry.withContent({ ...entry.update, data: { state } });
}
