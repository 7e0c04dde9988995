import type { HeldExecutions } from '../cluster/held-executions.js';
import { SAFE_ERROR } from '../errors/safe-error.js';
import { isUnavailable } from './until-available.js';
import { draftUpdate } from '../log/log-entry.js';
import type { AbandonedEvents } from './abandoned-events.js';
import type { ChannelInfo, StreamLog } from '../log/stream-log.js';
import { ERROR_CODES } from '../protocol/error-codes.js';
import { StreamEventType } from '../protocol/stream-event-type.js';
import type { ExecutionStateData } from '../protocol/stream-update.js';

/** The end of an execution that no instance runs. */
export interface AbandonedEnd {
  readonly type: typeof StreamEventType.WORKFLOW_ERROR | typeof StreamEventType.WORKFLOW_CANCEL;
  readonly data: ExecutionStateData;
}

/** The end of an execution whose instance died. */
export const PRODUCER_LOST: AbandonedEnd = {
  type: StreamEventType.WORKFLOW_ERROR,
  data: {
    state: 'failed',
    error: { code: 'PRODUCER_LOST', message: ERROR_CODES.PRODUCER_LOST.meaning },
  },
};

/** The end of an execution that the log refused. Viewers get it when the log accepts it. */
export function unwritten(error: unknown): AbandonedEnd {
  const { meaning: message } = ERROR_CODES.LOG_UNAVAILABLE;
  const told = isUnavailable(error) ? ({ code: 'LOG_UNAVAILABLE', message } as const) : SAFE_ERROR;
  return { type: StreamEventType.WORKFLOW_ERROR, data: { state: 'failed', error: told } };
}

/** The end of an execution that is cancelled. */
export function cancelled(reason: string | undefined): AbandonedEnd {
  const state = 'cancelled';
  const data = reason === undefined ? ({ state } as const) : ({ state, reason } as const);
  return { type: StreamEventType.WORKFLOW_CANCEL, data };
}

/** The parts that ending an abandoned execution needs. */
export interface AbandonedContext {
  readonly log: StreamLog;
  readonly holds: HeldExecutions;
  /** This instance. */
  readonly producer: string;
  readonly events?: AbandonedEvents | undefined;
}

/**
 * Ends an execution that no instance runs, for its viewers. If several instances try at the same time, one
 * succeeds. Meanwhile this instance is responsible for the execution, so that it ends even if the instance
 * dies here.
 *
 * @returns false if another instance has ended or continued it
 */
export async function endAbandoned(
  { log, holds, producer, events }: AbandonedContext,
  info: ChannelInfo,
  { type, data }: AbandonedEnd,
): Promise<boolean> {
  const { channel, epoch, fence } = info;
  await holds.hold(channel.id);
  try {
    const claim = await log.claim(channel, { epoch, fence }, { producer, interrupts: [] });
    if (!claim) return false;
    const { state } = data;
    await log.append(channel, [draftUpdate({ type, data })], { attributes: { state }, claim });
    await log.end(channel, claim);
    await events?.ended(info, data);
    return true;
  } finally {
    holds.release(channel.id);
  }
}

/** Whether an execution ended because its instance died. */
export async function isLost(
  log: StreamLog,
  { channel, epoch, head, state, endedAt }: ChannelInfo,
): Promise<boolean> {
  if (endedAt === undefined || state !== 'failed') return false;
  const read = await log.read(channel, { epoch, sequence: head - 1 }, 1);
  const update = read?.entries.at(-1)?.update;
  return update?.type === 'workflow:error' && update.data.error?.code === 'PRODUCER_LOST';
}
