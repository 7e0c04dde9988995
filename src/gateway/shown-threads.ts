import { isList, isRecord } from '../common/is-record.js';
import { threadChannel } from '../protocol/channel.js';
import type { InterruptRequest } from '../protocol/stream-update.js';
import type {
  ThreadAnswer,
  ThreadCheckpoint,
  ThreadHistoryAnswer,
  ThreadRun,
} from '../protocol/thread-messages.js';
import type { EntryPreparation } from './entry-preparation.js';

type ThreadState = Pick<ThreadCheckpoint, 'messages' | 'state'>;

/**
 * Threads as viewers of a gateway get them: what its hook redacts or withholds of updates is not told in answers
 * either. Questions are shown as an `interrupt` update of their run, states as a `values` update of the thread.
 */
export class ShownThreads {
  /** @param preparation - absent when viewers get everything as it is */
  constructor(private readonly preparation: EntryPreparation | undefined) {}

  thread(answer: ThreadAnswer): ThreadAnswer {
    if (!this.preparation) return answer;
    const { threadId, interrupts, runs } = answer;
    const asking = new Map<string, InterruptRequest[]>();
    for (const { executionId, ...question } of interrupts)
      asking.set(executionId, [...(asking.get(executionId) ?? []), question]);
    return {
      ...answer,
      ...this.#state(threadId, answer),
      interrupts: [...asking].flatMap(([executionId, questions]) =>
        this.#questions(executionId, questions).map((one) => ({ ...one, executionId })),
      ),
      runs: this.runs(runs),
    };
  }

  runs(runs: readonly ThreadRun[]): readonly ThreadRun[] {
    if (!this.preparation) return runs;
    return runs.map(({ interrupts, ...run }) =>
      interrupts ? { ...run, interrupts: this.#questions(run.executionId, interrupts) } : run,
    );
  }

  history(answer: ThreadHistoryAnswer): ThreadHistoryAnswer {
    const { preparation } = this;
    if (!preparation) return answer;
    const { threadId, checkpoints } = answer;
    return {
      threadId,
      checkpoints: checkpoints.map((checkpoint) => ({
        ...checkpoint,
        ...this.#state(threadId, checkpoint),
        interrupts: preparation.questions(threadChannel(threadId), checkpoint.interrupts) ?? [],
      })),
    };
  }

  #questions(
    executionId: string,
    interrupts: readonly InterruptRequest[],
  ): readonly InterruptRequest[] {
    return this.preparation?.questionsOf(executionId, interrupts) ?? [];
  }

  /** The state with its messages, as LangGraph streams it in the mode `values`. */
  #state(threadId: string, { messages, state }: ThreadState): ThreadState {
    const isWhole = isRecord(state) && !isList(state);
    const rest = isWhole ? state : state !== undefined && { state };
    const data = this.preparation?.values(threadChannel(threadId), { ...rest, messages });
    if (!isRecord(data)) return { messages: [], state: undefined };
    const { messages: shown, ...others } = data;
    return {
      messages: isList(shown) ? (shown as ThreadState['messages']) : [],
      state: state === undefined ? undefined : isWhole ? others : others['state'],
    };
  }
}
