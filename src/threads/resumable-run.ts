import type { Principal } from '../access/principal.js';
import type { RegisteredAgent } from '../agents/agent-registry.js';
import type { ResumableSource } from '../log/stream-log.js';
import type { ChannelOwner } from '../protocol/channel.js';
import type { RunRequest } from './run-request.js';

/**
 * The facts that another instance needs to continue a run, as plain JSON, without the claims of a credential.
 */
export interface ResumableRun {
  readonly threadId: string;
  readonly owner: ChannelOwner;
  readonly principal: Omit<Principal, 'claims'>;
  readonly onInterrupt: 'wait' | 'end';
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** Describes a run, so that another instance can continue it. */
export function toResumable(run: RunRequest): ResumableSource {
  const { agent, threadId, owner, onInterrupt, metadata } = run;
  const { claims: _claims, ...principal } = run.principal;
  const input: ResumableRun = { threadId, owner, principal, onInterrupt, metadata };
  return { name: agent.name, input };
}

/** Makes the request of a run that another instance began. */
export function fromResumable(
  agent: RegisteredAgent,
  { principal, ...run }: ResumableRun,
  executionId: string,
): RunRequest {
  const multitask = 'enqueue';
  return {
    ...run,
    executionId,
    agent,
    multitask,
    input: undefined,
    principal: { ...principal, claims: {} },
  };
}
