import type { StreamingError } from '../errors/streaming.error.js';
import type { ChannelOwner } from '../protocol/channel.js';
import { isRefusedClaim, type ClaimedExecution } from './execution-claim.js';
import type { ExecutionSettings } from './execution-settings.js';

/** How an instance lets go of an execution: it waits for an answer elsewhere, or it was taken over. */
export type ExecutionLeft = 'parked' | 'taken over';

/** By what right this instance runs an execution, and whether it has let go of it. */
export class ExecutionHold {
  #claimed: ClaimedExecution | undefined;
  #left: ExecutionLeft | undefined;

  constructor(private readonly settings: Pick<ExecutionSettings, 'owner' | 'resumable'>) {}

  /** Whether other instances can go on with it while it waits for an answer. */
  get isResumable(): boolean {
    return this.settings.resumable !== undefined;
  }

  /** The id is claimed. */
  take(claimed: ClaimedExecution): void {
    this.#claimed = claimed;
  }

  /** This instance runs the execution no longer. */
  letGo(how: ExecutionLeft): void {
    this.#left = how;
  }

  /** Whether the claim was refused: whoever started it learns of that, and no server is at fault. */
  isRefused(error: unknown): error is StreamingError {
    return this.#claimed === undefined && isRefusedClaim(error);
  }

  /** Whose execution it is; once the id is claimed, as the log says. */
  get owner(): ChannelOwner | undefined {
    return this.#claimed?.owner ?? this.settings.owner;
  }

  /** The number of the claim in the log; undefined before the id is claimed, and for a guest. */
  get fence(): number | undefined {
    const access = this.#claimed?.access;
    return typeof access === 'object' ? access.fence : undefined;
  }

  /** Whether it streams into an execution that another instance runs. */
  get isGuest(): boolean {
    return this.#claimed?.access === 'guest';
  }

  /** How this instance let go of it, if it did. */
  get left(): ExecutionLeft | undefined {
    return this.#left;
  }
}
