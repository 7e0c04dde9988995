import { BaseCallbackHandler } from '@langchain/core/callbacks/base';

/**
 * Delays an error of a node until all its chunks were read, because LangGraph discards the unread chunks of
 * its stream when a node throws. Reading takes one turn of the event loop if nothing is being converted.
 */
export class DrainOnError extends BaseCallbackHandler {
  override readonly name = 'drain-on-error';
  override readonly awaitHandlers = true;
  override readonly ignoreLLM = true;
  override readonly ignoreRetriever = true;

  /** @param pending - the running conversion; nothing is read meanwhile */
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
