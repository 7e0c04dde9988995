/** One question that an interrupted execution asks. */
export interface InterruptRequest {
  /** The id of the question, unique in its execution. Send it back with the answer. */
  readonly id: string;
  /** The question: the value that the graph passed to `interrupt()`. */
  readonly value: unknown;
}

/** A question that was answered. */
export interface AnsweredInterrupt {
  /** The id of the question. */
  readonly id: string;
  /** The id of the principal that answered. Absent if code of the application answered. */
  readonly by?: string;
}
