import { BaseCallbackHandler } from '@langchain/core/callbacks/base';

/**
 * Holds an error of a node back until all that the node had streamed was read, which takes one turn of the
 * event loop when nothing is being converted. LangGraph discards what its stream still holds when a node
 * throws.
 */
export class DrainOnError extends BaseCallbackHandler {
  override readonly name = 'drain-on-error';
  override readonly awaitHandlers = true;
  override readonly ignoreLLM = true;
  override readonly ignoreRetriever = true;

  /** @param pending - what is being converted; nothing is read meanwhile */
  constructor(private readonly pending: () => Promise<void> | undefined) {
    super();
  }

  override async handleChainError(): Promise<void> {
    do {
      await this.pending()?.catch(() => undefined);
      await new Promise((resolve) => setImmediate(resolve));
    } while (this.pending());
  }
}
