import { Command } from '@langchain/langgraph';
import type { InterruptResponse } from '../../protocol/interrupt-request.js';
import { BREAKPOINT_ID } from './interrupts.js';

/** An answer with LangGraph's own id of its question. Without an id, it answers the only question. */
interface GraphAnswer {
  readonly id: string | undefined;
  readonly value: unknown;
}

/**
 * The input with which a graph continues: a `Command`, or null after a breakpoint, which has no question.
 *
 * @param graphIdOf - LangGraph's id of a question
 */
export function resumeCommand(
  { interruptId, value, answers, update, goto }: InterruptResponse,
  graphIdOf: (interruptId: string | undefined) => string | undefined,
): Command | null {
  const given: readonly GraphAnswer[] = answers
    ? answers.map((answer) => ({ id: graphIdOf(answer.interruptId), value: answer.value }))
    : [{ id: graphIdOf(interruptId), value }];
  const asked = given.filter(({ id }) => id !== BREAKPOINT_ID);
  const extras = {
    ...(update && { update }),
    ...(goto !== undefined && { goto: typeof goto === 'string' ? goto : [...goto] }),
  };
  if (asked.length === 0 && Object.keys(extras).length === 0) return null;
  return new Command({ ...resumeOf(asked), ...extras });
}

function resumeOf(answers: readonly GraphAnswer[]): { readonly resume?: unknown } {
  const [first] = answers;
  if (!first) return {};
  if (first.id === undefined) return { resume: first.value };
  return { resume: Object.fromEntries(answers.map(({ id, value }) => [id, value])) };
}
