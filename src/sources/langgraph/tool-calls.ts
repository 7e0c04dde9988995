import { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import { isRecord } from '../is-record.js';
import { originOf, type Origin } from './origin.js';

/**
 * Tells which task called a tool, of which a chunk of stream mode `tools` says no more than the graph.
 */
export class ToolCalls extends BaseCallbackHandler {
  override readonly name = 'tool-calls';
  override readonly awaitHandlers = true;
  override readonly ignoreLLM = true;
  override readonly ignoreChain = true;
  override readonly ignoreRetriever = true;
  readonly #callers = new Map<string, Origin>();

  override handleToolStart(...args: ToolStart): void {
    const [, , , , tags, metadata, , toolCallId] = args;
    if (toolCallId !== undefined && metadata) {
      this.#callers.set(toolCallId, originOf({ ...metadata, tags }));
    }
  }

  /** Who called the tool of a chunk, if the call has an id. */
  callerOf(event: unknown): Origin | undefined {
    const toolCallId = isRecord(event) ? event['toolCallId'] : undefined;
    return typeof toolCallId === 'string' ? this.#callers.get(toolCallId) : undefined;
  }
}

type ToolStart = Parameters<NonNullable<BaseCallbackHandler['handleToolStart']>>;
