import { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import { isRecord } from '../../common/is-record.js';
import { currentExecution } from '../../executions/ambient-execution.js';
import { isMessageLike, splitModelOutput } from '../streamed-message.js';

/** Models with these tags are not streamed by LangGraph. */
const NOT_STREAMED: readonly string[] = ['nostream', 'langsmith:nostream'];

/**
 * Tells the code around a model which of its text the graph streams, so that it is not streamed twice. The
 * callbacks are awaited, because only then they run in the async context of the model.
 */
export class WatchModels extends BaseCallbackHandler {
  override readonly name = 'watch-models';
  override readonly awaitHandlers = true;
  override readonly ignoreAgent = true;
  override readonly ignoreChain = true;
  override readonly ignoreRetriever = true;
  /** The streamed calls, and whether they have streamed text yet. */
  readonly #running = new Map<string, boolean>();

  override handleChatModelStart(...args: ChatModelStart): void {
    const [, , runId, , , tags] = args;
    if (tags?.some((tag) => NOT_STREAMED.includes(tag))) return;
    this.#running.set(runId, false);
    tell(runId, undefined, true);
  }

  override handleLLMNewToken(...args: NewToken): void {
    const [token, , runId, , , fields] = args;
    if (!this.#running.has(runId)) return;
    this.#running.set(runId, true);
    tell(runId, messageOf(fields?.chunk) ?? { content: token }, true);
  }

  override handleLLMEnd(...args: ModelEnd): void {
    const [{ generations }, runId] = args;
    const hasSpoken = this.#running.get(runId);
    if (hasSpoken === undefined) return;
    this.#running.delete(runId);
    tell(runId, hasSpoken ? undefined : messageOf(generations[0]?.[0]), false);
  }

  override handleLLMError(...args: ModelError): void {
    const [, runId] = args;
    if (this.#running.delete(runId)) tell(runId, undefined, false);
  }
}

type Handler = BaseCallbackHandler;
type ChatModelStart = Parameters<NonNullable<Handler['handleChatModelStart']>>;
type NewToken = Parameters<NonNullable<Handler['handleLLMNewToken']>>;
type ModelEnd = Parameters<NonNullable<Handler['handleLLMEnd']>>;
type ModelError = Parameters<NonNullable<Handler['handleLLMError']>>;

function tell(runId: string, message: unknown, isRunning: boolean): void {
  const { text = '', messageId } = isMessageLike(message) ? splitModelOutput(message) : {};
  currentExecution()?.onModelOutput?.({ runId, text, messageId, isRunning });
}

/** The message of a chat model's generation. */
function messageOf(generation: unknown): unknown {
  return isRecord(generation) ? generation['message'] : undefined;
}
