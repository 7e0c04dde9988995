import type { StreamingError } from '../errors/streaming.error.js';
import type { ChannelOwner } from '../protocol/channel.js';
import { isRefusedClaim, type ClaimedExecution } from './execution-claim.js';
import type { ExecutionSettings } from './execution-settings.js';

/**
 * Why an instance has left an execution: the execution waits for an answer in another instance, or it was
 * taken over.
 */
export type ExecutionLeft = 'parked' | 'taken over';

/** The right by which this instance runs an execution, and whether the instance has left it. */
export class ExecutionHold {
  /** Whether other instances can continue it while it waits for an answer. */
  readonly isResumable: boolean;
  readonly #owner: ChannelOwner | undefined;
  #claimed: ClaimedExecution | undefined;
  #left: ExecutionLeft | undefined;

  constructor({ owner, resumable }: Pick<ExecutionSettings, 'owner' | 'resumable'>) {
    this.#owner = owner;
    this.isResumable = resumable !== undefined;
  }

  /** The id is claimed. */
  take(claimed: ClaimedExecution): void {
    this.#claimed = claimed;
  }

  /** This instance no longer runs the execution. */
  letGo(how: ExecutionLeft): void {
    this.#left = how;
  }

  /**
   * Whether the claim was refused. The caller of the start gets the error, and it is not an error of the
   * server.
   */
  isRefused(error: unknown): error is StreamingError {
    return this.#claimed === undefined && isRefusedClaim(error);
  }

  /** The owner of the execution. After the claim, the owner in the log. */
  get owner(): ChannelOwner | undefined {
    return this.#claimed?.owner ?? this.#owner;
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

  /** Why this instance has left the execution, if it has. */
  get left(): ExecutionLeft | undefined {
    return this.#left;
  }
}
