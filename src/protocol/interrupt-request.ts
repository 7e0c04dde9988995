/** One question that an interrupted execution asks. */
export interface InterruptRequest {
  /** Identifies the question among those of one execution; pass it back when you answer. */
  readonly id: string;
  /** What the graph passed to `interrupt()`. */
  readonly value: unknown;
}

/** A question that was answered. */
export interface AnsweredInterrupt {
  readonly id: string;
  /** The id of the principal that answered. Absent when the application did. */
  readonly by?: string;
}
