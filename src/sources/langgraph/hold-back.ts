import { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import type { ExecutionContext } from '../../executions/execution-source.js';
import { untilAborted } from '../until-aborted.js';

/**
 * Holds a graph back while the log is behind: a model before its next token, a node before it starts.
 * The stream of a graph cannot do that, since it takes whatever nodes write, read or not.
 */
export class HoldBack extends BaseCallbackHandler {
  override readonly name = 'hold-back';
  override readonly awaitHandlers = true;
  override readonly ignoreAgent = true;
  override readonly ignoreRetriever = true;

  /** @param pending - what is converted and not yet in the log */
  constructor(
    private readonly context: Pick<ExecutionContext, 'ready' | 'signal'>,
    private readonly pending: () => Promise<void> | undefined,
  ) {
    super();
  }

  override handleLLMNewToken(): Promise<void> {
    return this.ready();
  }

  override handleChainStart(): Promise<void> {
    return this.ready();
  }

  /** A log that fails aborts the run, which is told elsewhere; here nothing must wait for it. */
  private async ready(): Promise<void> {
    const { context } = this;
    const isReady = this.pending()?.then(() => context.ready()) ?? context.ready();
    await untilAborted(isReady, context.signal).catch(() => undefined);
  }
}
