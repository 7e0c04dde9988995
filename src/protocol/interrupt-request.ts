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

/** The answer to an interrupt, or to several. */
export interface InterruptResponse {
  /** The id of the question. You may leave it out if only one question is open. */
  readonly interruptId?: string | undefined;
  /** The answer: what `interrupt()` returns in the node. */
  readonly value?: unknown;
  /** Answers to several questions at once, instead of `interruptId` and `value`. */
  readonly answers?:
    readonly { readonly interruptId: string; readonly value: unknown }[] | undefined;
  /** The id of the principal that answers. Viewers get it. */
  readonly by?: string | undefined;
  /** Values to write into the state of the graph, together with the answer. */
  readonly update?: Readonly<Record<string, unknown>> | undefined;
  /** The nodes where the graph continues. */
  readonly goto?: string | readonly string[] | undefined;
}
