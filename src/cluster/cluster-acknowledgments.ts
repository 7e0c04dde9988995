import type {
  AcknowledgmentAnswers,
  AcknowledgmentRequest,
} from '../delivery/acknowledgment-request.js';
import type { Channel } from '../protocol/channel.js';
import type { Cluster } from './cluster.js';

/**
 * Asks the clients of every instance to acknowledge all updates of a channel. If an instance does not answer,
 * nothing is known about its clients, which is an error.
 */
export class ClusterAcknowledgments {
  constructor(private readonly cluster: Cluster) {}

  async requestAcknowledgments(
    channel: Channel,
    request: AcknowledgmentRequest,
  ): Promise<AcknowledgmentAnswers> {
    const { timeoutMs } = request;
    const answers = await this.cluster.demandAll('acknowledge', { ...request, channel }, timeoutMs);
    return {
      acknowledged: answers.flatMap(({ acknowledged }) => acknowledged),
      missing: answers.flatMap(({ missing }) => missing),
    };
  }
}
