import type { InterruptRequest } from '../../protocol/stream-update.js';

/**
 * The questions of one execution. Each has an id of its own, also where LangGraph gives one id to all
 * questions of a node, or none to its breakpoints: a late answer must not be taken for another question's.
 */
export class Questions {
  /** How often each id of LangGraph was answered. */
  readonly #answered = new Map<string, number>();
  /** LangGraph's ids of the open questions, by ours. */
  #open = new Map<string, string>();

  /** The questions as viewers see them. One that stays open keeps its id. */
  ask(requests: Iterable<InterruptRequest>): InterruptRequest[] {
    this.#open = new Map();
    return [...requests].map((request) => {
      const id = this.#ownId(request.id);
      this.#open.set(id, request.id);
      return { ...request, id };
    });
  }

  /** Takes an answer. @returns LangGraph's id of the question; undefined when no id is known */
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
