import { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import { currentExecution } from '../../executions/ambient-execution.js';

/** Models with these tags are not streamed by LangGraph. */
const NOT_STREAMED: readonly string[] = ['nostream', 'langsmith:nostream'];

/**
 * Tells the code around a model that the graph streams its text, so that nobody streams it twice.
 * Awaited, since only then it runs where the model was called.
 */
export class WatchModels extends BaseCallbackHandler {
  override readonly name = 'watch-models';
  override readonly awaitHandlers = true;
  override readonly ignoreAgent = true;
  override readonly ignoreChain = true;
  override readonly ignoreRetriever = true;

  override handleChatModelStart(...args: ChatModelStart): void {
    const tags = args[5];
    if (!tags?.some((tag) => NOT_STREAMED.includes(tag))) currentExecution()?.onModelStart?.();
  }
}

type ChatModelStart = Parameters<NonNullable<BaseCallbackHandler['handleChatModelStart']>>;
