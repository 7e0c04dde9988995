import { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import { isRecord } from '../../common/is-record.js';
import { originOf, type Origin } from './origin.js';

let hasWarned = false;

/**
 * Finds the task that called a tool, because a chunk of stream mode `tools` names only the graph.
 */
export class ToolCalls extends BaseCallbackHandler {
  override readonly name = 'tool-calls';
  override readonly awaitHandlers = true;
  override readonly ignoreLLM = true;
  override readonly ignoreChain = true;
  override readonly ignoreRetriever = true;
  readonly #callers = new Map<string, Origin>();
  #started = 0;
  #told = 0;

  override handleToolStart(...args: ToolStart): void {
    const [, , , , tags, metadata, , toolCallId] = args;
    this.#started += 1;
    if (toolCallId !== undefined && metadata) {
      this.#callers.set(toolCallId, originOf({ ...metadata, tags }));
    }
  }

  /** The caller of the tool of a chunk, if the call has an id. */
  callerOf(event: unknown): Origin | undefined {
    this.#told += 1;
    const toolCallId = isRecord(event) ? event['toolCallId'] : undefined;
    return typeof toolCallId === 'string' ? this.#callers.get(toolCallId) : undefined;
  }

  /** Warns the application if tools ran but LangGraph streamed nothing about them. */
  warnOfSilence(): void {
    if (this.#started === 0 || this.#told > 0 || hasWarned) return;
    hasWarned = true;
    process.emitWarning(
      'Stream mode "tools" needs LangGraph 1.2 or newer; tool calls are not streamed.',
    );
  }
}

type ToolStart = Parameters<NonNullable<BaseCallbackHandler['handleToolStart']>>;
