import { sharedNow, tokensIn, wholeText } from '../workload.js';

/** How many arrivals are remembered of each viewer at most. */
const MAX_SAMPLES = 2_000;

const TEXTS = new Map<number, string>();

/** The text that one viewer gets, compared with what was sent, piece by piece. */
export class ReceivedText {
  /** Resolves when the whole text is there; rejects at the first piece that is not what comes next. */
  readonly complete: Promise<void>;
  /** How many pieces it came in. */
  pieces = 0;
  readonly #expected: string;
  /** When every so many tokens arrived, on the shared clock. */
  readonly #arrivals: Float64Array;
  readonly #stride: number;
  #length = 0;
  #settle: { resolve: () => void; reject: (error: Error) => void } | undefined;

  constructor(tokens: number) {
    let expected = TEXTS.get(tokens);
    if (expected === undefined) TEXTS.set(tokens, (expected = wholeText(tokens)));
    this.#expected = expected;
    this.#stride = Math.ceil(tokens / MAX_SAMPLES);
    this.#arrivals = new Float64Array(Math.ceil(tokens / this.#stride));
    this.complete = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    this.complete.catch(() => undefined);
  }

  get tokens(): number {
    return tokensIn(this.#length);
  }

  get isComplete(): boolean {
    return this.#length === this.#expected.length;
  }

  /** The index of each sampled token that arrived, and when it did. */
  *arrivals(): IterableIterator<[number, number]> {
    for (let token = 0; token < this.tokens; token += this.#stride)
      yield [token, this.#arrivals[token / this.#stride] ?? Number.NaN];
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
    const sample = (token: number): number => Math.ceil(token / this.#stride);
    this.#arrivals.fill(now, sample(before), sample(this.tokens));
    this.pieces += 1;
    if (this.isComplete) this.#settle?.resolve();
  }
}
