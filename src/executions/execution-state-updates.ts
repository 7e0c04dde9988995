import { StreamingError } from '../errors/streaming.error.js';
import { SAFE_ERROR } from '../errors/safe-error.js';
import { draftUpdate, type UpdateDraft, type UpdateInput } from '../log/log-entry.js';
import type { ChannelAttributes } from '../log/stream-log.js';
import { StreamEventType } from '../protocol/stream-event-type.js';
import type { ExecutionStateData, InterruptRequest } from '../protocol/stream-update.js';
import type { ExecutionSettings } from './execution-settings.js';
import { boundedPart, boundedRequests } from './update-bound.js';

/** `data` of the last update of an execution. */
export type EndData = ExecutionStateData & { readonly state: keyof typeof LAST_UPDATES };

/** An update with which an execution tells its state. */
export interface StateUpdate extends UpdateInput {
  readonly data: ExecutionStateData;
}

const LAST_UPDATES = {
  completed: StreamEventType.WORKFLOW_END,
  failed: StreamEventType.WORKFLOW_ERROR,
  cancelled: StreamEventType.WORKFLOW_CANCEL,
} as const;

/** `data` of the last update of a failed execution, without details of the error. */
export const FAILED = { state: 'failed', error: SAFE_ERROR } as const;

/** The first update: the start of the execution, or that it continues in this instance. */
export function firstUpdate(settings: ExecutionSettings): StateUpdate {
  const { takesOver, answered = [], start = {}, maxUpdateBytes } = settings;
  if (takesOver) return resumeUpdate({ state: 'running', answered });
  const { input, ...facts } = start;
  const published = input === undefined ? {} : { input: boundedPart(input, maxUpdateBytes) };
  return {
    type: StreamEventType.WORKFLOW_START,
    data: { state: 'running', ...facts, ...published },
  };
}

/** The update when the execution waits for answers. */
export function interruptUpdate(interrupts: readonly InterruptRequest[]): StateUpdate {
  return { type: StreamEventType.INTERRUPT, data: { state: 'interrupted', interrupts } };
}

/** The update when questions were answered. */
export function resumeUpdate(data: ExecutionStateData): StateUpdate {
  return { type: StreamEventType.WORKFLOW_RESUME, data };
}

/** The attributes of the channel for the state in an update. */
export function attributesOf({ type, data }: StateUpdate): ChannelAttributes {
  const { state, interrupts } = data;
  const open = type === StreamEventType.WORKFLOW_RESUME ? [] : interrupts;
  return { state, ...(open && { interrupts: open }) };
}

/**
 * `data` of the last update of a completed execution.
 *
 * @param open - questions that stay open
 */
export function completedData(
  result: unknown,
  open: readonly InterruptRequest[] | undefined,
  { publishResult, maxUpdateBytes }: ExecutionSettings,
): EndData {
  const isPublished = publishResult && result !== undefined;
  return {
    state: 'completed',
    ...(isPublished && { result: boundedPart(result, maxUpdateBytes) }),
    ...(open && { interrupts: boundedRequests(open, maxUpdateBytes) }),
  };
}

/** The last update. @throws StreamingError `UPDATE_NOT_SERIALIZABLE` */
export function lastDraft(data: EndData): UpdateDraft {
  return draftUpdate({ type: LAST_UPDATES[data.state], data });
}

/** The error of an execution whose source did not wait for the log. */
export function sourceOverflow(): StreamingError {
  return new StreamingError(
    'SOURCE_OVERFLOW',
    'The source streamed faster than the log accepts updates, or streamed one update that is larger than executions.maxQueuedBytes. Await context.ready(), stream an async iterable, stream smaller pieces, or raise executions.maxQueuedBytes and executions.maxWaitingBytes.',
  );
}
