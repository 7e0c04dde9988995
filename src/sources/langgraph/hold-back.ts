import { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import type { ExecutionContext } from '../../executions/execution-source.js';
import { untilAborted } from '../until-aborted.js';

/**
 * Makes a graph wait while the log is behind: a model before its next token, a node before it starts. The
 * stream of a graph cannot do this, because it accepts the output of nodes even if nobody reads it.
 */
export class HoldBack extends BaseCallbackHandler {
  override readonly name = 'hold-back';
  override readonly awaitHandlers = true;
  override readonly ignoreAgent = true;
  override readonly ignoreRetriever = true;

  /** @param pending - the output that is being converted and is not yet in the log */
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

  /** If the log fails, the run is aborted and reported. Here nothing must wait for the log. */
  private async ready(): Promise<void> {
    const { context } = this;
    const isReady = this.pending()?.then(() => context.ready()) ?? context.ready();
    await untilAborted(isReady, context.signal).catch(() => undefined);
  }
}
