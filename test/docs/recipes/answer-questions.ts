// answer-questions.ts
import {
  StreamingClientError,
  type StreamingClient,
} from '@hive-academy/langgraph-streaming/client';

/** Asks the user the questions of a run, until the run ends. */
export async function answerQuestions(
  client: StreamingClient,
  executionId: string,
  ask: (question: unknown) => Promise<unknown>,
) {
  const run = client.execution(executionId);
  for await (const { type } of run) {
    const [question] = run.interrupts;
    if (type !== 'interrupt' || !question) continue;
    const answer = await ask(question.value);
    try {
      await client.respond(executionId, answer, question.id);
    } catch (error) {
      // Another viewer answered first, or the run has ended.
      const late = ['EXECUTION_NOT_INTERRUPTED', 'EXECUTION_NOT_ACTIVE'];
      const tooLate = StreamingClientError.isInstance(error) && late.includes(error.code);
      if (!tooLate) throw error;
    }
  }
  return run.done;
}
