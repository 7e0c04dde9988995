import type { HeldExecutions } from '../cluster/held-executions.js';
import { StreamingError } from '../errors/streaming.error.js';
import type { ChannelAttributes, ChannelClaim, ChannelInfo, StreamLog } from '../log/stream-log.js';
import { executionChannel, type ChannelOwner } from '../protocol/channel.js';
import { endAbandoned, isLost, PRODUCER_LOST } from './abandoned.js';

/**
 * What happens when you start an execution whose id is taken by another execution:
 *
 * - `reject`: the new execution is refused with `EXECUTION_EXISTS`.
 * - `adopt`: if the id is reserved, the new execution takes the reservation and its owner. Otherwise it is
 *   refused: with `EXECUTION_NOT_ACTIVE` if the reservation was cancelled, else with `EXECUTION_EXISTS`.
 * - `replace`: the new execution replaces the other one. The other run is stopped if it is active, and its
 *   updates are deleted. If you give no owner, the new execution has the owner of the other one.
 *
 * If the instance that ran the other execution is gone, the id is free in all three cases. The exception is an
 * execution that waits for an answer and that another instance can continue: its id stays taken.
 */
export type OnExists = 'reject' | 'adopt' | 'replace';

/**
 * How an execution writes to its channel: with its claim, or as a guest of an execution in another instance.
 */
export type ExecutionAccess = ChannelClaim | 'guest';

/** The result of a claim, with which the execution may begin. */
export interface ClaimedExecution {
  readonly access: ExecutionAccess;
  readonly owner: ChannelOwner | undefined;
}

/** A request for an id. */
export interface ClaimRequest {
  readonly executionId: string;
  readonly attributes: ChannelAttributes & { readonly producer: string };
  readonly onExists: OnExists;
  /** Whether it may stream into an execution that another instance runs. */
  readonly joins: boolean;
  /** The waiting execution to continue. */
  readonly takesOver: ChannelInfo | undefined;
}

/** The parts that a claim needs. */
export interface ClaimContext {
  readonly log: StreamLog;
  readonly holds: HeldExecutions;
  /** Whether an instance is alive. */
  readonly isAlive: (instanceId: string) => Promise<boolean>;
}

/**
 * Claims the id of an execution, so that it runs once in the whole cluster. This instance is responsible for
 * the execution already before the claim.
 *
 * @throws StreamingError `EXECUTION_EXISTS`, `EXECUTION_NOT_ACTIVE` if a reservation was cancelled,
 * `EXECUTION_TAKEN_OVER` if another instance continues it, `LOG_UNAVAILABLE`
 */
export async function claimExecution(
  context: ClaimContext,
  request: ClaimRequest,
): Promise<ClaimedExecution> {
  const { executionId } = request;
  await context.holds.hold(executionId);
  let claimed: ClaimedExecution | undefined;
  try {
    claimed = request.takesOver
      ? await takeOver(context, request, request.takesOver)
      : await open(context, request);
    return claimed;
  } finally {
    if (!claimed || claimed.access === 'guest') context.holds.release(executionId);
  }
}

async function open(context: ClaimContext, request: ClaimRequest): Promise<ClaimedExecution> {
  const { executionId, attributes } = request;
  const opened = await context.log.open(executionChannel(executionId), attributes);
  return opened.created ? ownerOf(opened) : instead(context, request, opened);
}

/** The id is taken. */
async function instead(
  context: ClaimContext,
  request: ClaimRequest,
  existing: ChannelInfo,
): Promise<ClaimedExecution> {
  const { onExists, joins, attributes } = request;
  const isActive = existing.endedAt === undefined;
  if (isActive && existing.state === 'queued' && onExists !== 'reject')
    return takeOver(context, request, existing, existsAlready);
  if (onExists === 'replace') return replace(context, request, existing);
  if (await isLost(context.log, existing)) return replace(context, request, existing);
  if (isActive) {
    const { producer } = existing;
    const isElsewhere = producer !== undefined && producer !== attributes.producer;
    if (isElsewhere && !(await context.isAlive(producer))) return afterLoss(context, request);
    if (joins && isElsewhere) return { access: 'guest', owner: existing.owner };
  } else if (onExists === 'adopt' && existing.state === 'cancelled')
    throw new StreamingError(
      'EXECUTION_NOT_ACTIVE',
      'The reservation was cancelled, so the execution does not start.',
    );
  throw existsAlready();
}

/** The instance that ran the execution is gone. Its viewers must get the end before the id is used again. */
async function afterLoss(context: ClaimContext, request: ClaimRequest): Promise<ClaimedExecution> {
  const { producer } = request.attributes;
  const channel = executionChannel(request.executionId);
  const existing = await context.log.describe(channel);
  const isParked = existing?.state === 'interrupted' && existing.source !== undefined;
  if (existing && !isParked && existing.endedAt === undefined)
    await endAbandoned({ ...context, producer }, existing, PRODUCER_LOST);
  const ended = await context.log.describe(channel);
  if (!ended) return open(context, request);
  if (await isLost(context.log, ended)) return replace(context, request, ended);
  throw existsAlready();
}

async function replace(
  { log }: ClaimContext,
  { executionId, attributes, onExists }: ClaimRequest,
  existing: ChannelInfo,
): Promise<ClaimedExecution> {
  const { owner = existing.owner } = attributes;
  const { epoch, fence } = existing;
  const replaced = await log.open(
    executionChannel(executionId),
    owner ? { ...attributes, owner } : attributes,
    { replace: onExists === 'replace' || { epoch, fence } },
  );
  if (!replaced.created) throw existsAlready();
  return ownerOf(replaced);
}

async function takeOver(
  { log }: ClaimContext,
  { attributes }: ClaimRequest,
  existing: ChannelInfo,
  refusal = takenOver,
): Promise<ClaimedExecution> {
  // The reservation has set the owner.
  const { owner: _owner, ...rest } = attributes;
  const replaced = existing.owner ? rest : attributes;
  const claim = await log.claim(existing.channel, existing, { ...replaced, interrupts: [] });
  if (!claim) throw refusal();
  return ownerOf(claim);
}

function ownerOf({ epoch, fence, owner }: ChannelInfo): ClaimedExecution {
  return { access: { epoch, fence }, owner };
}

function takenOver(): StreamingError {
  return new StreamingError('EXECUTION_TAKEN_OVER', 'Another instance continues the execution.');
}

const REFUSALS: ReadonlySet<string> = new Set([
  'EXECUTION_EXISTS',
  'EXECUTION_NOT_ACTIVE',
  'EXECUTION_TAKEN_OVER',
]);

/** Whether an execution could not begin because of another execution. The caller must handle this error. */
export function isRefusedClaim(error: unknown): error is StreamingError {
  return StreamingError.isInstance(error) && REFUSALS.has(error.code);
}

/** An id is taken. */
export function existsAlready(): StreamingError {
  return new StreamingError(
    'EXECUTION_EXISTS',
    'An execution with this id exists already; choose another id or leave it out.',
  );
}
