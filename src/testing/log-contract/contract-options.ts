import type { StreamLog } from '../../log/stream-log.js';
import type { Channel } from '../../protocol/channel.js';

/** The limits of the logs that the contract asks for. */
export interface ContractLogBounds {
  /** How many updates the log keeps of a channel. */
  readonly maxEntries: number;
  /** How many bytes of encoded updates the log keeps of a channel. */
  readonly maxBytes: number;
  /** How long after its end a channel can be read, in milliseconds. */
  readonly retentionMs: number;
  /** How long a room is kept that has no new update and no follower, in milliseconds. */
  readonly roomIdleMs: number;
}

/** Functions for further tests of a log. If a function is absent, its tests are left out. */
export interface StreamLogContractOptions {
  /**
   * Whether the log keeps the text of the entries that it removes (`LogRead.kept`), in a quarter of `maxBytes`.
   * @default false
   */
  readonly keepsText?: boolean;
  /** Makes a second log over the same store, for a second instance. The contract closes this log. */
  readonly another?: (log: StreamLog) => Promise<StreamLog> | StreamLog;
  /** Makes the store execute the next call of the log but lose the answer. */
  readonly loseNextAnswer?: (log: StreamLog) => void;
  /** Deletes all data of the store, as if a database restarts empty. */
  readonly loseData?: (log: StreamLog) => Promise<void>;
  /** Deletes the newest entries of a channel, as if a replica that lags behind takes over. */
  readonly rollBack?: (log: StreamLog, channel: Channel, entries: number) => Promise<void>;
}
