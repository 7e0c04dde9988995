import { inTime } from '../../common/with-timeout.js';
import type { AccessRequest, StreamAccessPolicy } from '../stream-access-policy.js';

/** Asks the access policy, with a time limit. Only the answer `true` in time allows the request. */
export class AccessGuard {
  /**
   * @param timeoutMs - how long the policy may take
   * @param onFailure - told why a policy could not answer, for the log
   */
  constructor(
    private readonly policy: Pick<StreamAccessPolicy, 'authorize'>,
    private readonly timeoutMs: number,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  /** Never throws or rejects. It returns a promise only if the policy does. */
  allows(request: AccessRequest): boolean | Promise<boolean> {
    try {
      const answer: unknown = this.policy.authorize(request);
      return typeof answer === 'boolean' ? answer : this.#allowsInTime(answer);
    } catch (error) {
      return this.#failed(error);
    }
  }

  async #allowsInTime(answer: unknown): Promise<boolean> {
    try {
      return (await inTime(answer, this.timeoutMs, noAnswer)) === true;
    } catch (error) {
      return this.#failed(error);
    }
  }

  #failed(error: unknown): false {
    this.onFailure(error);
    return false;
  }
}

function noAnswer(cause: unknown): Error {
  return new Error('the access policy did not answer in time', { cause });
}
