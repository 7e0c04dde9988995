import { SAFE_ERROR } from '../errors/safe-error.js';
import type { ModelOutput } from '../executions/ambient-execution.js';
import type { TokenOptions } from '../executions/emitter.js';
import { splitHalf, wellFormed } from '../executions/joining/growing-text.js';
import type { TokenFilter, TokenMetadata } from '../options/decorator-options.js';
import type { ResolvedTokenOptions } from '../options/resolved-options.js';
import { StreamEventType } from '../protocol/stream-event-type.js';
import { toPlainData } from '../sources/plain-data.js';
import { adviseOnItem } from '../sources/advise-on-item.js';
import { isUpdate } from '../sources/emit-item.js';
import { ItemReader } from '../sources/item-reader.js';
import type { ModelPiece } from '../sources/model-piece.js';
import { isMessageLike, splitModelOutput } from '../sources/streamed-message.js';
import type { CallOutput, CallPart, ItemFacts } from './call-output.js';
import { ModelTexts } from './model-texts.js';

/** The tokens of one call, by the options of `@StreamToken`. */
export class TokenStream implements CallPart {
  readonly #output: CallOutput;
  readonly #passes: (token: string) => boolean;
  readonly #options: ResolvedTokenOptions;
  readonly #reader = new ItemReader();
  readonly #models: ModelTexts<ModelPiece> | undefined;
  readonly #metadata: Readonly<Record<string, unknown>> | undefined;
  #index = 0;
  /** The first half of a character that the method split. */
  #half = '';
  /** White space that waits for the next token. */
  #space = '';
  /** How many tokens were sent since the buffer was last emptied. */
  #buffered = 0;
  #emptying: Promise<void> | undefined;

  /** @param modelTexts - whether the graph around the call streams what models say */
  constructor(
    output: CallOutput,
    options: ResolvedTokenOptions,
    {
      className,
      methodName,
      modelTexts,
    }: {
      readonly className: string;
      readonly methodName: string;
      readonly modelTexts: boolean;
    },
  ) {
    this.#output = output.ofNode(options.nodeId);
    this.#options = options;
    this.#passes = tokenMatcher(options.filter);
    this.#metadata = options.includeMetadata ? { className, methodName } : undefined;
    this.#models = modelTexts ? new ModelTexts((piece) => this.#stream(piece)) : undefined;
  }

  item(value: unknown, { isStreamed, isOfStream }: ItemFacts): boolean {
    if (isStreamed) return true;
    const pieces = this.#reader.read(value);
    if (this.#options.format === 'json') {
      this.#line(value, pieces?.[0]);
      return true;
    }
    if (!pieces && isOfStream && !isUpdate(value))
      adviseOnItem(value, 'is not text, so `@StreamToken` leaves it out');
    for (const piece of pieces ?? []) this.#take(piece);
    // The reader of a failed stream gets the error. This decorator need not report it.
    return pieces !== undefined && !pieces.some(({ failure }) => failure);
  }

  complete(): void {
    this.end();
  }

  fail(): void {
    this.end();
  }

  end(): void {
    for (const piece of this.#reader.end()) this.#take(piece);
    this.#models?.release();
    if (this.#half !== '') this.#send(wellFormed(this.#half), {});
    this.#half = '';
  }

  /** The method's own text waits one turn, so that the graph can stream earlier model text first. */
  arriving(value: unknown): Promise<void> | undefined {
    const text = isMessageLike(value) ? splitModelOutput(value).text : value;
    if (typeof text !== 'string' || !this.#models?.hasJustSpokenBefore(text)) return undefined;
    return new Promise((resolve) => setImmediate(resolve));
  }

  /** A model inside of the call said something, which the graph around it streams. */
  modelSaid(output: ModelOutput): void {
    this.#models?.modelSaid(output);
  }

  /** Streams a piece, unless it is model text that the graph streams. */
  #take(piece: ModelPiece): void {
    const { text = '', messageId } = piece;
    if (this.#models?.hasMessage(messageId)) return;
    if (this.#models && text !== '') this.#models.add(piece, text);
    else this.#stream(piece);
  }

  #stream({ text = '', role, messageId, blockIndex, message, update, failure }: ModelPiece): void {
    if (failure) this.#output.emit(StreamEventType.ERROR, SAFE_ERROR);
    if (update) this.#output.emit(update.type, toPlainData(update.data));
    if (message) this.#output.emit(StreamEventType.MESSAGES, toPlainData(message));
    this.push(text, { role, messageId, blockIndex });
  }

  #line(value: unknown, piece: ModelPiece | undefined): void {
    const line = { text: `${JSON.stringify(toPlainData(value))}\n` };
    if (!this.#models || piece?.text === undefined) this.#stream(line);
    else if (!this.#models.hasMessage(piece.messageId)) this.#models.add(line, piece.text);
  }

  /** Streams a token, if it passes. */
  push(token: string, options: TokenOptions = {}): void {
    const { whole, half } = splitHalf(this.#half + token);
    this.#half = half;
    if (whole !== '') this.#pushWhole(whole, options);
  }

  #pushWhole(token: string, options: TokenOptions): void {
    const { filter, processor } = this.#options;
    if (filter?.excludeWhitespace && token.trim() === '') {
      this.#space += token;
      return;
    }
    if (!this.#passes(token)) return;
    const processed = processor ? processor(token, this.#facts(options)) : token;
    if (typeof processed !== 'string' || processed === '') return;
    const content = this.#space + processed;
    this.#space = '';
    this.#send(content, options);
  }

  /** The metadata for a processor. It tells the id of the execution, which was not known outside before. */
  #facts({ metadata }: TokenOptions): TokenMetadata {
    const { executionId, nodeId } = this.#output;
    return { executionId, nodeId, index: this.#index, ...metadata };
  }

  ready(): Promise<void> | undefined {
    const emptying = this.#emptying;
    this.#emptying = undefined;
    return emptying;
  }

  #send(content: string, options: TokenOptions): void {
    const { format, flushIntervalMs, batchSize, bufferSize } = this.#options;
    const metadata = this.#metadata && { ...this.#metadata, ...options.metadata };
    const facts = { ...options, ...(metadata && { metadata }) };
    const index = this.#index;
    this.#index += 1;
    if (format === 'structured') {
      const { role, messageId } = options;
      const data = { content, role, messageId, index, totalTokens: this.#index };
      this.#output.emit(StreamEventType.TOKEN, data, facts);
    } else {
      this.#output.token(content, { ...facts, flushIntervalMs, batchSize });
    }
    this.#buffered += 1;
    if (this.#buffered >= bufferSize) this.#empty();
  }

  #empty(): void {
    this.#buffered = 0;
    // If the log fails, the execution ends and reports it. Here nothing must wait for the log.
    this.#emptying = this.#output.flush().catch(() => undefined);
  }
}

function tokenMatcher({ minLength, maxLength, pattern }: TokenFilter = {}): (
  token: string,
) => boolean {
  // With `g` or `y` a pattern would remember where it matched, and every other token would fail.
  const stateless = pattern && new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''));
  return (token) =>
    token.length >= (minLength ?? 0) &&
    token.length <= (maxLength ?? Number.POSITIVE_INFINITY) &&
    (!stateless || stateless.test(token));
}
