import { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import type { CallbackManager } from '@langchain/core/callbacks/manager';
import { isList } from '../is-record.js';

/**
 * Holds an error of a node back for one turn of the event loop. LangGraph discards what its stream
 * still holds when a node throws; in that turn, all that the node had streamed is read.
 */
class DrainOnError extends BaseCallbackHandler {
  override readonly name = 'drain-on-error';
  override readonly awaitHandlers = true;
  override readonly ignoreLLM = true;
  override readonly ignoreRetriever = true;

  override handleChainError(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }
}

/** The callbacks of a run, with one that lets its stream drain before it fails. */
export function drainingCallbacks(callbacks: unknown): unknown {
  const drain = new DrainOnError();
  if (!isManager(callbacks)) {
    return isList(callbacks) ? [...callbacks, drain] : [drain];
  }
  const copy = callbacks.copy();
  copy.addHandler(drain, true);
  return copy;
}

/** By shape: the application may have another copy of LangChain's core. */
function isManager(callbacks: unknown): callbacks is CallbackManager {
  return typeof callbacks === 'object' && callbacks !== null && 'copy' in callbacks;
}
