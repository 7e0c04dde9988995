import { MemoryStreamLog } from '../../src/log/memory-stream-log.js';
import type { StreamLog } from '../../src/log/stream-log.js';
import type { Channel } from '../../src/protocol/channel.js';
import { Deferred } from './deferred.js';

/** A log that takes nothing until it is released, as one behind a slow network. */
export class HeldLog extends MemoryStreamLog {
  readonly #gate = new Deferred();
  /** How many bytes of data each append had. */
  readonly batches: number[] = [];

  /** @param holds - which channels it holds back; all by default */
  constructor(private readonly holds: (channel: Channel) => boolean = () => true) {
    super({ maxEntries: 100_000, maxBytes: 1e9, retentionMs: 1_000, roomIdleMs: 1_000 });
  }

  release(): void {
    this.#gate.resolve();
  }

  override async append(
    ...[channel, drafts, options]: Parameters<StreamLog['append']>
  ): ReturnType<StreamLog['append']> {
    if (this.holds(channel)) await this.#gate.promise;
    this.batches.push(drafts.reduce((sum, { dataJson }) => sum + dataJson.length, 0));
    return super.append(channel, drafts, options);
  }
}

/** Lets everything happen that waits for nothing from outside. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
