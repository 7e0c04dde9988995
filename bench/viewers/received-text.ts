import { sharedNow, tokensIn, wholeText } from '../workload.js';

const TEXTS = new Map<number, string>();

/** The text that one viewer gets, compared with what was sent, piece by piece. */
export class ReceivedText {
  /** When each token arrived, on the shared clock. */
  readonly arrivals: Float64Array;
  /** Resolves when the whole text is there; rejects at the first piece that is not what comes next. */
  readonly complete: Promise<void>;
  /** How many pieces it came in. */
  pieces = 0;
  readonly #expected: string;
  #length = 0;
  #settle: { resolve: () => void; reject: (error: Error) => void } | undefined;

  constructor(tokens: number) {
    let expected = TEXTS.get(tokens);
    if (expected === undefined) TEXTS.set(tokens, (expected = wholeText(tokens)));
    this.#expected = expected;
    this.arrivals = new Float64Array(tokens);
    this.complete = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    this.complete.catch(() => undefined);
  }

  get tokens(): number {
    return tokensIn(this.#length);
  }

  get isComplete(): boolean {
    return this.#length === this.#expected.length;
  }

  add(content: string): void {
    if (!this.#expected.startsWith(content, this.#length)) {
      this.#settle?.reject(
        new Error(`After ${this.tokens} tokens came ${JSON.stringify(content.slice(0, 40))}.`),
      );
      return;
    }
    const now = sharedNow();
    const before = this.tokens;
    this.#length += content.length;
    this.arrivals.fill(now, before, this.tokens);
    this.pieces += 1;
    if (this.isComplete) this.#settle?.resolve();
  }
}
