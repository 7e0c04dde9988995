import type { ChannelInfo } from '../log/stream-log.js';
import { cancelled, endAbandoned, type AbandonedContext } from './abandoned.js';

/** The longest delay of a Node timer, in milliseconds. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

const REASONS = {
  queued: 'It was not started in time.',
  interrupted: 'The interrupt was not answered in time.',
} as const;

/** A reservation, or an interrupted execution that another instance can continue. */
type WaitingState = keyof typeof REASONS;

/** What an execution waits for while no instance runs it; undefined if it needs an instance. */
export function waitsFor({ state, source, endedAt }: ChannelInfo): WaitingState | undefined {
  if (endedAt !== undefined) return undefined;
  if (state === 'queued') return state;
  return state === 'interrupted' && source ? state : undefined;
}

/**
 * Executions that wait while no instance runs them. This instance is responsible for them, and cancels them
 * when their time is over.
 */
export class WaitingExecutions {
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor(private readonly context: AbandonedContext) {}

  /** Becomes responsible for an execution that this instance has claimed and holds. */
  keep({ channel, epoch, waitsUntil = 0 }: ChannelInfo): void {
    this.#forget(channel.id);
    const inMs = Math.min(Math.max(0, waitsUntil - Date.now()), MAX_TIMEOUT_MS);
    const expire = (): void => void this.#expire(channel, epoch).catch(() => undefined);
    const timer = setTimeout(expire, inMs);
    timer.unref();
    this.#timers.set(channel.id, timer);
  }

  /** Becomes responsible for an execution whose instance has died, if no other instance does. */
  async inherit(info: ChannelInfo): Promise<void> {
    const { log, holds, producer } = this.context;
    const { channel, epoch, fence } = info;
    await holds.hold(channel.id);
    const claimed = await log.claim(channel, { epoch, fence }, { producer });
    if (claimed) this.keep(claimed);
    else holds.release(channel.id);
  }

  close(): void {
    for (const executionId of [...this.#timers.keys()]) this.#forget(executionId);
  }

  async #expire(channel: ChannelInfo['channel'], epoch: string): Promise<void> {
    const { log, holds, producer } = this.context;
    this.#timers.delete(channel.id);
    try {
      const info = await log.describe(channel);
      const state = info && waitsFor(info);
      if (info?.epoch === epoch && info.producer === producer && state)
        await endAbandoned(this.context, info, cancelled(REASONS[state]));
    } finally {
      holds.release(channel.id);
    }
  }

  #forget(executionId: string): void {
    clearTimeout(this.#timers.get(executionId));
    this.#timers.delete(executionId);
  }
}
