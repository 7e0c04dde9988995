import type { AccessRequest, StreamAccessPolicy } from '../stream-access-policy.js';
import { withTimeout } from '../../common/with-timeout.js';

/** Asks the access policy, with a time limit. Only the answer `true` in time allows the request. */
export class AccessGuard {
  /**
   * @param timeoutMs - how long the policy may take
   * @param onFailure - told why a policy could not answer, for the log
   */
  constructor(
    private readonly policy: StreamAccessPolicy,
    private readonly timeoutMs: number,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  async allows(request: AccessRequest): Promise<boolean> {
    try {
      const answer: unknown = await withTimeout(
        () => this.policy.authorize(request),
        this.timeoutMs,
        (cause) => new Error('the access policy did not answer in time', { cause }),
      );
      return answer === true;
    } catch (error) {
      this.onFailure(error);
      return false;
    }
  }
}
