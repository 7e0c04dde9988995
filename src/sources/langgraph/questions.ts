import type { InterruptRequest } from '../../protocol/stream-update.js';

/**
 * The questions of one execution. Each question has a different id, even if LangGraph gives one id to all
 * questions of a node, or no id to breakpoints. So a late answer is never taken for the answer to another
 * question.
 */
export class Questions {
  /** How often each id of LangGraph was answered. */
  readonly #answered = new Map<string, number>();
  /** LangGraph's ids of the open questions, by ours. */
  #open = new Map<string, string>();

  /** Returns the questions for viewers. A question that stays open keeps its id. */
  ask(requests: Iterable<InterruptRequest>): InterruptRequest[] {
    this.#open = new Map();
    return [...requests].map((request) => {
      const id = this.#ownId(request.id);
      this.#open.set(id, request.id);
      return { ...request, id };
    });
  }

  /** Accepts an answer. @returns LangGraph's id of the question; undefined if no id is known */
  answer(interruptId: string | undefined): string | undefined {
    const [only, ...others] = this.#open.keys();
    const id = interruptId ?? (others.length === 0 ? only : undefined);
    if (id === undefined) return undefined;
    const graphId = this.#open.get(id) ?? id;
    this.#open.delete(id);
    this.#answered.set(graphId, (this.#answered.get(graphId) ?? 0) + 1);
    return graphId;
  }

  #ownId(graphId: string): string {
    const answered = this.#answered.get(graphId) ?? 0;
    return answered === 0 ? graphId : `${graphId}:${answered + 1}`;
  }
}

/** LangGraph's id of a question of another execution. */
export function graphIdOf(interruptId: string | undefined): string | undefined {
  return interruptId?.replace(/:\d+$/, '');
}
