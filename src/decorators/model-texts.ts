import type { ModelOutput } from '../executions/ambient-execution.js';

/** What one call of a model said. */
interface Speech {
  /** All of it. */
  whole: string;
  /** What of it the method has not passed on yet. */
  ahead: string;
  isRunning: boolean;
}

interface Piece<T> {
  readonly value: T;
  readonly text: string;
  /** Whose words it seems to be. */
  speech?: Speech;
}

/**
 * Tells the texts of a method from those of the models that it runs, which the graph around it streams.
 *
 * A method passes on what a model says in pieces of whatever size, or as a whole, and may have a piece
 * before the graph has it. So pieces wait while they may be a model's, and come out as the method's own
 * as soon as they cannot be.
 */
export class ModelTexts<T> {
  readonly #speeches = new Map<string, Speech>();
  readonly #messageIds = new Set<string>();
  #hasJustSpoken = false;
  /** Pieces of which it is not known whose they are. */
  #undecided: Piece<T>[] = [];
  /** Pieces that are the beginning of what a model said; so may be a text of the method's own. */
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

  /** Whether a model just said something, and a text is none of its words. Asked once, it is no more. */
  hasJustSpokenBefore(text: string): boolean {
    const hasSpoken = this.#hasJustSpoken;
    const isTheirs = [...this.#speeches.values()].some(
      ({ ahead, isRunning }) =>
        (isRunning && text.startsWith(ahead)) || (ahead !== '' && ahead.startsWith(text)),
    );
    if (!isTheirs) this.#hasJustSpoken = false;
    return hasSpoken && !isTheirs;
  }

  /** The method has a text: `value` comes out again if it is its own. */
  add(value: T, text: string): void {
    this.#undecided.push({ value, text });
    this.#decide();
  }

  /** The method is over: what waits is its own. */
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
    // All that was said was passed on, so these are the model's words.
    if (speech.ahead === '') this.#likely = this.#likely.filter((one) => one.speech !== speech);
  }

  /** The method says something of its own; then the pieces before it were its own as well. */
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
