import { executionChannel, roomChannel, type Channel } from '../protocol/channel.js';
import type { CallOutput } from './call-output.js';
import type { AcknowledgmentReport, AskedClient } from './gateway-options.js';

/** DI token of the {@link AcknowledgmentRequester}. */
export const ACKNOWLEDGMENT_REQUESTER = Symbol.for(
  '@hive-academy/langgraph-streaming:acknowledgment-requester',
);

/** Which clients answered. */
export interface Acknowledgments {
  readonly acknowledged: readonly AskedClient[];
  readonly missing: readonly AskedClient[];
}

/** Asks the clients that watch a channel whether they have all of it. */
export interface AcknowledgmentRequester {
  /**
   * @param targets - ask these principals and connections only
   * @returns once all have answered, or after `timeoutMs`
   */
  requestAcknowledgments(
    channel: Channel,
    options: { readonly timeoutMs: number; readonly targets?: readonly string[] | undefined },
  ): Promise<Acknowledgments>;
}

/** Asks everybody who watches what a call streamed, in its execution and its rooms. */
export async function askViewers(
  requester: AcknowledgmentRequester,
  output: CallOutput,
  timeoutMs: number,
): Promise<AcknowledgmentReport> {
  const { executionId, nodeId, routing, execution } = output;
  await execution.flush();
  const channels = [executionChannel(executionId), ...(routing.rooms ?? []).map(roomChannel)];
  const answers = await Promise.all(
    channels.map((channel) =>
      requester.requestAcknowledgments(channel, { timeoutMs, targets: routing.targets }),
    ),
  );
  return {
    executionId,
    nodeId,
    acknowledged: answers.flatMap(({ acknowledged }) => acknowledged),
    missing: answers.flatMap(({ missing }) => missing),
  };
}
