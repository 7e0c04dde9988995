import type { StreamLog } from '../../log/stream-log.js';
import type { Channel } from '../../protocol/channel.js';

/** Bounds that the contract makes its logs with. */
export interface ContractLogBounds {
  readonly maxEntries: number;
  readonly maxBytes: number;
  /** How long after its end a channel can be read, in milliseconds. */
  readonly retentionMs: number;
  /** How long a room without a new message or a follower is kept, in milliseconds. */
  readonly roomIdleMs: number;
}

/** What a log can do besides, and what a test can do to it. What is absent is not tested. */
export interface StreamLogContractOptions {
  /** Whether the log keeps the text of what it trims (`LogRead.kept`), in a quarter of `maxBytes`. @default false */
  readonly keepsText?: boolean;
  /** Makes a second log over the store of a log, as another instance has. The contract closes it. */
  readonly another?: (log: StreamLog) => Promise<StreamLog> | StreamLog;
  /** The store executes the next call of the log, but its answer is lost on the way back. */
  readonly loseNextAnswer?: (log: StreamLog) => void;
  /** The store forgets everything, as a database does that restarts empty. */
  readonly loseData?: (log: StreamLog) => Promise<void>;
  /** The store forgets the newest entries of a channel, as a replica does that lagged behind. */
  readonly rollBack?: (log: StreamLog, channel: Channel, entries: number) => Promise<void>;
}
