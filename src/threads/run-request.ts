import type { Principal } from '../access/principal.js';
import type { RegisteredAgent } from '../agents/agent-registry.js';
import type { ChannelOwner } from '../protocol/channel.js';
import type { Multitask } from '../protocol/thread-messages.js';
import type { InterruptResponse } from '../protocol/interrupt-request.js';

/** A request to begin a run in a thread. */
export interface RunRequest {
  readonly executionId: string;
  readonly threadId: string;
  readonly agent: RegisteredAgent;
  /** The owner of the thread. */
  readonly owner: ChannelOwner;
  /** The principal that starts the run. */
  readonly principal: Principal;
  readonly input: unknown;
  readonly checkpointId?: string | undefined;
  readonly multitask: Multitask;
  readonly onInterrupt: 'wait' | 'end';
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly parentExecutionId?: string | undefined;
  /** The answer to the questions with which the run `executionId` ended. */
  readonly resume?:
    { readonly executionId: string; readonly response: InterruptResponse } | undefined;
}
