import type { CallbackManager } from '@langchain/core/callbacks/manager';
import type { ExecutionContext } from '../../executions/execution-source.js';
import { isList } from '../../common/is-record.js';
import { DrainOnError } from './drain-on-error.js';
import type { GraphRun } from './graph-run.js';
import { HoldBack } from './hold-back.js';
import { WatchModels } from './watch-models.js';

/** The callbacks of the application for a run, and the callbacks that the library needs. */
export function runCallbacks(
  given: unknown,
  context: ExecutionContext,
  run: Pick<GraphRun, 'callbacks' | 'pending'>,
): unknown {
  const pending = (): Promise<void> | undefined => run.pending;
  const handlers = [
    new DrainOnError(pending),
    new WatchModels(),
    new HoldBack(context, pending),
    ...run.callbacks,
  ];
  if (!isManager(given)) return isList(given) ? [...given, ...handlers] : handlers;
  const copy = given.copy();
  for (const handler of handlers) copy.addHandler(handler, true);
  return copy;
}

/** Compared by form, because the application may have another copy of LangChain's core. */
function isManager(callbacks: unknown): callbacks is CallbackManager {
  return typeof callbacks === 'object' && callbacks !== null && 'copy' in callbacks;
}
