import type { TokenOptions } from '../executions/execution-source.js';
import type { TokenFilter } from '../options/decorator-options.js';
import type { ResolvedTokenOptions } from '../options/resolved-options.js';
import { StreamEventType } from '../protocol/stream-event-type.js';
import { isRecord } from '../common/is-record.js';
import { toPlainData } from '../sources/plain-data.js';
import { isMessageLike, splitModelOutput } from '../sources/streamed-message.js';
import type { CallOutput } from './call-output.js';
import type { CallPart } from './call-part.js';

/** The tokens of one call, as `@StreamToken` says. */
export class TokenStream implements CallPart {
  readonly #output: CallOutput;
  readonly #passes: (token: string) => boolean;
  readonly #options: ResolvedTokenOptions;
  readonly #metadata: Readonly<Record<string, unknown>> | undefined;
  #index = 0;
  /** White space that waits for the next token. */
  #space = '';
  /** How many tokens were sent since the buffer was last emptied. */
  #buffered = 0;
  #emptying: Promise<void> | undefined;

  constructor(
    output: CallOutput,
    options: ResolvedTokenOptions,
    source: { readonly className: string; readonly methodName: string },
  ) {
    const { className, methodName } = source;
    this.#output = output.ofNode(options.nodeId);
    this.#options = options;
    this.#passes = tokenMatcher(options.filter);
    this.#metadata = options.includeMetadata ? { className, methodName } : undefined;
  }

  item(value: unknown): void {
    if (this.#options.format === 'json') this.push(`${JSON.stringify(toPlainData(value))}\n`);
    else if (typeof value === 'string') this.push(value);
    else if (isMessageLike(value)) {
      const { text, role, messageId } = splitModelOutput(value);
      this.push(text, { role, messageId });
    } else if (isTokenUpdate(value)) this.item(value.data);
  }

  /** Streams a token, if it passes. */
  push(token: string, options: TokenOptions = {}): void {
    const { filter, processor } = this.#options;
    if (token === '') return;
    if (filter?.excludeWhitespace && token.trim() === '') {
      this.#space += token;
      return;
    }
    if (!this.#passes(token)) return;
    const { executionId, nodeId } = this.#output;
    const processed = processor
      ? processor(token, { executionId, nodeId, index: this.#index, ...options.metadata })
      : token;
    if (typeof processed !== 'string' || processed === '') return;
    const content = this.#space + processed;
    this.#space = '';
    this.#send(content, options);
  }

  ready(): Promise<void> | undefined {
    const emptying = this.#emptying;
    this.#emptying = undefined;
    return emptying;
  }

  #send(content: string, options: TokenOptions): void {
    const { format, flushInterval: flushIntervalMs, batchSize, bufferSize } = this.#options;
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
    // A log that fails ends the execution, which is told elsewhere; here it only must not wait.
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

function isTokenUpdate(value: unknown): value is { readonly data: unknown } {
  if (!isRecord(value) || value['type'] !== StreamEventType.TOKEN) return false;
  const { data } = value;
  return typeof data === 'string' || isMessageLike(data);
}
