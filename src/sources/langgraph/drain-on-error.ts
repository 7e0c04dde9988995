import { BaseCallbackHandler } from '@langchain/core/callbacks/base';

/**
 * Holds an error of a node back for one turn of the event loop. LangGraph discards what its stream
 * still holds when a node throws; in that turn, all that the node had streamed is read.
 */
export class DrainOnError extends BaseCallbackHandler {
  override readonly name = 'drain-on-error';
  override readonly awaitHandlers = true;
  override readonly ignoreLLM = true;
  override readonly ignoreRetriever = true;

  override handleChainError(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }
}
