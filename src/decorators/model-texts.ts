import type { ModelOutput } from '../executions/ambient-execution.js';

/** The text of one call of a model. */
interface Speech {
  /** All of it. */
  whole: string;
  /** The part that the method has not passed on yet. */
  ahead: string;
  isRunning: boolean;
}

interface Piece<T> {
  readonly value: T;
  readonly text: string;
  /** Whether the piece may be text of a model. */
  speech?: Speech;
}

/**
 * Separates a method's own text from the text of models that it runs, because the graph around the method
 * already streams the text of models.
 *
 * A method may pass on model text in pieces of any size, or as a whole, and may have a piece before the graph
 * has it. So a piece waits while it may be model text. As soon as it cannot be, it is streamed as the
 * method's own text.
 */
export class ModelTexts<T> {
  readonly #speeches = new Map<string, Speech>();
  readonly #messageIds = new Set<string>();
  #hasJustSpoken = false;
  /** Pieces for which it is not known yet whether they are model text. */
  #undecided: Piece<T>[] = [];
  /** Pieces that are the beginning of a model's text. The method's own text may begin in the same way. */
  #likely: Piece<T>[] = [];

  constructor(private readonly onOwn: (value: T) => void) {}

  /** A model started, said something that the graph streams, or ended. */
  modelSaid({ runId, text, messageId, isRunning }: ModelOutput): void {
    const speech = this.#speeches.get(runId) ?? { whole: '', ahead: '', isRunning };
    speech.whole += text;
    speech.ahead += text;
    speech.isRunning = isRunning;
    this.#speeches.set(runId, speech);
    this.#hasJustSpoken ||= text !== '';
    if (messageId !== undefined) this.#messageIds.add(messageId);
    this.#decide();
  }

  /** Whether the graph streams the message with this id. */
  hasMessage(messageId: string | undefined): boolean {
    return messageId !== undefined && this.#messageIds.has(messageId);
  }

  /**
   * Whether a model has just streamed text of which the given text is not a part. The first call resets it.
   */
  hasJustSpokenBefore(text: string): boolean {
    const hasSpoken = this.#hasJustSpoken;
    const isTheirs = [...this.#speeches.values()].some(
      ({ ahead, isRunning }) =>
        (isRunning && text.startsWith(ahead)) || (ahead !== '' && ahead.startsWith(text)),
    );
    if (!isTheirs) this.#hasJustSpoken = false;
    return hasSpoken && !isTheirs;
  }

  /** The method has text: `value` is returned if it is the method's own. */
  add(value: T, text: string): void {
    this.#undecided.push({ value, text });
    this.#decide();
  }

  /** The method has ended, so the waiting pieces are its own text. */
  release(): void {
    const waiting = [...this.#likely, ...this.#undecided];
    this.#likely = [];
    this.#undecided = [];
    for (const { value } of waiting) this.onOwn(value);
  }

  #decide(): void {
    for (let piece = this.#undecided[0]; piece; piece = this.#undecided[0]) {
      const { text } = piece;
      const speeches = [...this.#speeches.values()];
      const speech = speeches.find(({ ahead }) => ahead.startsWith(text));
      if (!speech && speeches.some((one) => one.isRunning && text.startsWith(one.ahead))) return;
      this.#undecided.shift();
      if (speech) this.#pass(piece, speech);
      else if (!speeches.some(({ whole }) => isSame(whole, text))) this.#own(piece);
    }
  }

  #pass(piece: Piece<T>, speech: Speech): void {
    speech.ahead = speech.ahead.slice(piece.text.length);
    this.#likely.push({ ...piece, speech });
    // The whole text was passed on, so these pieces are model text.
    if (speech.ahead === '') this.#likely = this.#likely.filter((one) => one.speech !== speech);
  }

  /** This text is the method's own, so the pieces before it are its own too. */
  #own(piece: Piece<T>): void {
    const own = [...this.#likely, piece];
    for (const { speech, text } of this.#likely.toReversed()) {
      if (speech) speech.ahead = text + speech.ahead;
    }
    this.#likely = [];
    for (const { value } of own) this.onOwn(value);
  }
}

function isSame(whole: string, text: string): boolean {
  return whole.trim() === text.trim();
}
