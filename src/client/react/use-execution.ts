import { useMemo } from 'react';
import { executionChannel } from '../../protocol/channel.js';
import type { RespondOptions } from '../execution-subscription.js';
import type { ExecutionSubscriptionOptions } from '../subscription-options.js';
import type { SubscriptionView } from '../subscription-view.js';
import { useStore } from './streaming-provider.js';
import { withCommands } from './with-commands.js';
import { keyOf, type Source } from './streaming-store.js';
import { useSelected, type Selection } from './use-selected.js';

/**
 * The view of an execution, and the functions that cancel it and answer its questions.
 *
 * @publicApi
 */
export interface ExecutionView extends SubscriptionView {
  /** Cancels the execution for everybody. */
  readonly cancel: (reason?: string) => Promise<void>;
  /** Answers a question of {@link SubscriptionView.interrupts}. */
  readonly respond: (value: unknown, options?: RespondOptions) => Promise<void>;
}

/**
 * Follows an execution, and renders the component when its view changes. Components that follow the same execution share
 * a subscription.
 *
 * ```tsx
 * const { text, state, cancel } = useExecution(executionId);
 * const state = useExecution(executionId, { select: (run) => run.state });
 * ```
 *
 * @param id - the id of the execution; for undefined, nothing is followed
 * @throws StreamingClientError `INVALID_OPTIONS` outside of a `StreamingProvider`
 * @publicApi
 */
export function useExecution(
  id: string | undefined,
  options?: ExecutionSubscriptionOptions,
): ExecutionView;
/**
 * Returns a part of the view of an execution. The component renders again only when this part changes.
 *
 * @publicApi
 */
export function useExecution<TSelected>(
  id: string | undefined,
  options: ExecutionSubscriptionOptions & Selection<ExecutionView, TSelected>,
): TSelected;
export function useExecution(
  id: string | undefined,
  options: ExecutionSubscriptionOptions & Partial<Selection<ExecutionView, unknown>> = {},
): unknown {
  const store = useStore();
  const { select, isEqual, ...subscription } = options;
  const key = id === undefined ? '' : keyOf(executionChannel(id), subscription);
  const source = useMemo((): Source<ExecutionView> => {
    const commands = {
      cancel: (reason?: string) => store.client.cancel(id ?? '', reason),
      respond: (value: unknown, { interruptId }: RespondOptions = {}) =>
        store.client.respond(id ?? '', value, interruptId),
    };
    return withCommands(
      id === undefined
        ? nothing(store.execution('', {}).initial())
        : store.execution(id, subscription),
      commands,
    );
    // The key is made of the id and the options.
  }, [store, key]);
  return useSelected(source, { select, isEqual });
}

function nothing(view: SubscriptionView): Source<SubscriptionView> {
  return { subscribe: () => () => undefined, current: () => view, initial: () => view };
}
