import type { PrepareEntry } from '../delivery/delivery.js';
import { isTargeted, type SubscriberIdentity } from '../delivery/subscriber.js';
import type { LogEntry } from '../log/log-entry.js';
import { soon } from '../log/soon.js';
import type { ChannelInfo, StreamLog } from '../log/stream-log.js';
import type { ExecutionStatus } from '../protocol/client-events.js';
import type { InterruptRequest } from '../protocol/stream-update.js';

/** How many entries back the question of an interrupted execution is searched. */
const PAGE_ENTRIES = 128;
const MAX_PAGES = 8;

/**
 * Returns the status of executions. The questions come from the update that viewers get, after the gateway's
 * hook. So the status has nothing that the hook redacts or withholds.
 */
export class ExecutionStatuses {
  /** @param prepare - absent if viewers get entries unchanged */
  constructor(
    private readonly log: StreamLog,
    private readonly prepare: PrepareEntry | undefined,
  ) {}

  async of(info: ChannelInfo, viewer: SubscriberIdentity): Promise<ExecutionStatus> {
    const { channel, state = 'running', openedAt: startedAt, endedAt } = info;
    const interrupts = state === 'interrupted' ? await this.#questions(info, viewer) : undefined;
    return {
      executionId: channel.id,
      state,
      startedAt,
      ...(endedAt === undefined ? {} : { endedAt }),
      ...(interrupts && { interrupts }),
    };
  }

  async #questions(
    info: ChannelInfo,
    viewer: SubscriberIdentity,
  ): Promise<readonly InterruptRequest[] | undefined> {
    const asked = await this.#lastInterrupt(info);
    if (!asked || !isTargeted(viewer, asked)) return undefined;
    const entry = this.prepare ? this.prepare(asked) : asked;
    const update = entry?.update;
    return update?.type === 'interrupt' ? update.data.interrupts : undefined;
  }

  async #lastInterrupt({
    channel,
    epoch,
    head,
    first,
  }: ChannelInfo): Promise<LogEntry | undefined> {
    let end = head;
    for (let page = 0; page < MAX_PAGES && end >= first; page += 1) {
      const sequence = Math.max(first - 1, end - PAGE_ENTRIES);
      const read = await soon(this.log.read(channel, { epoch, sequence }, end - sequence));
      const found = read?.entries.findLast(({ type }) => type === 'interrupt');
      if (found || !read) return found;
      end = sequence;
    }
    return undefined;
  }
}
