import type { StreamLog } from '../log/stream-log.js';
import { appending } from './log-contract/appending.js';
import { claiming } from './log-contract/claiming.js';
import { keeping } from './log-contract/keeping.js';
import { losing } from './log-contract/losing.js';
import { following } from './log-contract/following.js';
import { life } from './log-contract/life.js';
import type {
  ContractLogBounds,
  StreamLogContractOptions,
} from './log-contract/contract-options.js';
import { reading } from './log-contract/reading.js';
import { sharing } from './log-contract/sharing.js';
import type { It } from './log-contract/support.js';

/** The functions of a test runner that the contract uses. Those of Jest, Vitest and Node fit. */
export interface ContractRunner {
  /** Begins a group of tests. */
  describe(name: string, body: () => void): unknown;
  /** Registers a test. */
  it(name: string, body: () => Promise<void>): unknown;
}

const WIDE: ContractLogBounds = {
  maxEntries: 20_000,
  maxBytes: 10_000_000,
  retentionMs: 60_000,
  roomIdleMs: 60_000,
};

/**
 * Registers the tests that every implementation of {@link StreamLog} must pass. They are its specification.
 *
 * ```ts
 * streamLogContract({ describe, it }, async (bounds) => new MyLog(bounds));
 * ```
 *
 * @param runner - the test runner
 * @param create - makes an empty log with these limits; the contract closes the log
 * @param options - functions for further tests, such as of a store that loses data
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
  const { another, keepsText = false, ...faults } = options;
  runner.describe('a StreamLog', () => {
    runner.describe('appending', () => appending(it));
    runner.describe('reading', () => reading(it));
    runner.describe('following', () => following(it));
    runner.describe('the life of a channel', () => life(it));
    runner.describe('claiming an execution', () => claiming(it));
    if (keepsText) runner.describe('the text of removed entries', () => keeping(it));
    if (another) runner.describe('two logs over one store', () => sharing(it, another));
    if (Object.keys(faults).length > 0)
      runner.describe('a store that fails', () => losing(it, faults));
  });
}
