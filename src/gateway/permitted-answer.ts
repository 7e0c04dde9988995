import { notInterrupted } from '../executions/pending-interrupt.js';
import { soon } from '../log/soon.js';
import type { ChannelInfo } from '../log/stream-log.js';
import { executionChannel } from '../protocol/channel.js';
import type { InterruptResponse } from '../protocol/interrupt-request.js';
import type { ChannelAccess, ChannelAccessContext } from './channel-access.js';
import { executionNotFound } from './execution-waits.js';
import type { GatewayConnection } from './gateway-connection.manager.js';

/** The parts that decisions about answers need. */
interface AnswerContext extends Pick<ChannelAccessContext, 'log' | 'executions'> {
  readonly access: ChannelAccess;
}

/**
 * Asks the policy about each answered question, and about further effects of the answer.
 *
 * @param open - the questions with which the run ended
 * @returns the answer with the ids of the questions that the policy was asked about, because other
 * questions may be open later
 * @throws StreamingError if the policy denies a part of it, if there is no such execution or question, or if the log
 * does not answer soon
 */
export async function permittedAnswer(
  { access, executions, log }: AnswerContext,
  connection: GatewayConnection,
  executionId: string,
  response: InterruptResponse,
  open: Pick<ChannelInfo, 'owner' | 'interrupts'> | undefined,
): Promise<InterruptResponse> {
  const { interruptId, answers, update, goto } = response;
  const channel = executionChannel(executionId);
  if (!open) await soon(executions.opened(executionId));
  const info = open ?? (await soon(log.describe(channel)));
  const { owner, interrupts = [] } = info ?? {};
  const accessed = { channel, ...(owner && { owner }) };
  const only = interrupts.length === 1 ? interrupts[0]?.id : undefined;
  const given = answers ? answers.map((answer) => answer.interruptId) : [interruptId ?? only];
  const questions = given.map((id) => interrupts.find((asked) => asked.id === id));
  for (const interrupt of questions) {
    const question = interrupt ? { ...accessed, interrupt } : accessed;
    await access.requireAllowed(connection, question, ['respond']);
  }
  if (update || goto !== undefined) await access.requireAllowed(connection, accessed, ['command']);
  if (!info) throw executionNotFound();
  const isEnded = 'endedAt' in info && info.endedAt !== undefined;
  if (!isEnded && questions.includes(undefined)) throw notInterrupted();
  return answers || only === undefined ? response : { ...response, interruptId: only };
}
