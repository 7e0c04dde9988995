import { sharedNow, TOKEN_LENGTH, wholeText } from '../workload.js';

/** How many arrivals are remembered of each viewer at most. */
const MAX_SAMPLES = 4_000;

const TEXTS = new Map<string, string>();

/** An update as every server here sends it. */
export interface ReceivedUpdate {
  readonly type: string;
  readonly data: { readonly content: string };
  readonly metadata: {
    readonly sequenceNumber: number;
    /** The first that it covers, where it was joined. */
    readonly fromSequence?: number;
  };
}

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
  #sequence = 0;
  #failure: Error | undefined;
  #settle: { resolve: () => void; reject: (error: Error) => void } | undefined;

  constructor(
    tokens: number,
    private readonly tokenLength = TOKEN_LENGTH,
  ) {
    const key = `${tokens}:${tokenLength}`;
    let expected = TEXTS.get(key);
    if (expected === undefined) TEXTS.set(key, (expected = wholeText(tokens, tokenLength)));
    this.#expected = expected;
    this.#stride = Math.ceil(tokens / MAX_SAMPLES);
    this.#arrivals = new Float64Array(Math.ceil(tokens / this.#stride));
    this.complete = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    this.complete.catch(() => undefined);
  }

  /** How many whole tokens it has. */
  get tokens(): number {
    return Math.floor(this.#length / this.tokenLength);
  }

  get isComplete(): boolean {
    return this.#length === this.#expected.length;
  }

  /** The first thing that was wrong, also after the text was complete. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** The index of each sampled token that arrived, and when it did. */
  *arrivals(): IterableIterator<[number, number]> {
    for (let token = 0; token < this.tokens; token += this.#stride)
      yield [token, this.#arrivals[token / this.#stride] ?? Number.NaN];
  }

  /** Takes an update, which must follow the one before without a gap. */
  take({ type, data, metadata }: ReceivedUpdate): void {
    const { sequenceNumber, fromSequence = sequenceNumber } = metadata;
    if (fromSequence !== this.#sequence + 1)
      this.#fail(`After update ${this.#sequence} came ${fromSequence}.`);
    this.#sequence = sequenceNumber;
    if (type === 'token') this.#add(data.content);
  }

  #add(content: string): void {
    if (content === '' || !this.#expected.startsWith(content, this.#length)) {
      this.#fail(`After ${this.tokens} tokens came ${JSON.stringify(content.slice(0, 40))}.`);
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

  #fail(message: string): void {
    this.#failure ??= new Error(message);
    this.#settle?.reject(this.#failure);
  }
}
