import type { StreamLog } from '../log/stream-log.js';
import type { Channel } from '../protocol/channel.js';
import { appending } from './log-contract/appending.js';
import { claiming } from './log-contract/claiming.js';
import { losing } from './log-contract/losing.js';
import { following } from './log-contract/following.js';
import { life } from './log-contract/life.js';
import { reading } from './log-contract/reading.js';
import { sharing } from './log-contract/sharing.js';
import type { It } from './log-contract/support.js';

/** The parts of a test runner that the contract uses; Jest's, Vitest's and Node's fit. */
export interface ContractRunner {
  describe(name: string, body: () => void): unknown;
  it(name: string, body: () => Promise<void>): unknown;
}

/** Bounds that the contract makes its logs with. */
export interface ContractLogBounds {
  readonly maxEntries: number;
  readonly maxBytes: number;
  /** How long after its end a channel can be read, in milliseconds. */
  readonly retentionMs: number;
  /** How long a room without a new message or a follower is kept, in milliseconds. */
  readonly roomIdleMs: number;
}

/** What a test can do to a log. What is absent is not tested. */
export interface StreamLogContractOptions {
  /** Makes a second log over the store of a log, as another instance has. The contract closes it. */
  readonly another?: (log: StreamLog) => Promise<StreamLog> | StreamLog;
  /** The store executes the next call of the log, but its answer is lost on the way back. */
  readonly loseNextAnswer?: (log: StreamLog) => void;
  /** The store forgets everything, as a database does that restarts empty. */
  readonly loseData?: (log: StreamLog) => Promise<void>;
  /** The store forgets the newest entries of a channel, as a replica does that lagged behind. */
  readonly rollBack?: (log: StreamLog, channel: Channel, entries: number) => Promise<void>;
}

const WIDE: ContractLogBounds = {
  maxEntries: 20_000,
  maxBytes: 10_000_000,
  retentionMs: 60_000,
  roomIdleMs: 60_000,
};

/**
 * The specification of {@link StreamLog} as a test suite, for every implementation.
 *
 * ```ts
 * streamLogContract({ describe, it }, async (bounds) => new MyLog(bounds));
 * ```
 *
 * @param runner - where to register the tests
 * @param create - makes an empty log with these bounds; the contract closes it
 * @param options - what else the tests may do to a log
 *
 * @publicApi
 */
export function streamLogContract(
  runner: ContractRunner,
  create: (bounds: ContractLogBounds) => Promise<StreamLog> | StreamLog,
  options: StreamLogContractOptions = {},
): void {
  const it: It = (name, body, bounds = {}) => {
    runner.it(name, async () => {
      const log = await create({ ...WIDE, ...bounds });
      try {
        await body(log);
      } finally {
        await log.close();
      }
    });
  };
  const { another, ...faults } = options;
  runner.describe('a StreamLog', () => {
    runner.describe('appending', () => appending(it));
    runner.describe('reading', () => reading(it));
    runner.describe('following', () => following(it));
    runner.describe('the life of a channel', () => life(it));
    runner.describe('claiming an execution', () => claiming(it));
    if (another) runner.describe('two logs over one store', () => sharing(it, another));
    if (Object.keys(faults).length > 0)
      runner.describe('a store that fails', () => losing(it, faults));
  });
}
