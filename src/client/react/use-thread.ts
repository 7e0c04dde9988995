import { useMemo, useState } from 'react';
import { randomId } from '../conversation/random-id.js';
import type { ThreadOptions } from '../conversation/thread-options.js';
import type { Thread } from '../conversation/thread.js';
import type { ThreadView } from '../conversation/thread-view.js';
import { useStore } from './streaming-provider.js';
import { threadKeyOf } from './streaming-store.js';
import { useSelected, type Selection } from './use-selected.js';
import { withCommands } from './with-commands.js';

/** What a component can do with a thread; see {@link Thread}. */
export type ThreadCommands = Pick<
  Thread,
  'start' | 'fork' | 'respond' | 'cancel' | 'history' | 'update' | 'delete'
>;

const COMMANDS = ['start', 'fork', 'respond', 'cancel', 'history', 'update', 'delete'] as const;

const WHOLE: Selection<ThreadView & ThreadCommands, unknown> = { select: (view) => view };

/**
 * Follows a thread and renders what it is. Components that follow the same one share a subscription.
 *
 * ```tsx
 * const { messages, start } = useThread(threadId, { agent: 'support' });
 * const isBusy = useThread(threadId, { agent: 'support', select: ({ runs }) => runs.some(isActive) });
 * ```
 *
 * @param id - undefined for a new thread: it gets a random id, which stays, and begins with its first start
 * @throws StreamingClientError `INVALID_OPTIONS` outside of a `StreamingProvider`
 * @publicApi
 */
export function useThread(
  id: string | undefined,
  options: ThreadOptions & { readonly select?: undefined },
): ThreadView & ThreadCommands;
/**
 * Renders a part of a thread, and only when this part changes.
 *
 * @publicApi
 */
export function useThread<TSelected>(
  id: string | undefined,
  options: ThreadOptions & Selection<ThreadView & ThreadCommands, TSelected>,
): TSelected;
export function useThread(
  id: string | undefined,
  options: ThreadOptions & {
    readonly select?: ((view: ThreadView & ThreadCommands) => unknown) | undefined;
    readonly isEqual?: (a: unknown, b: unknown) => boolean;
  },
): unknown {
  const store = useStore();
  const [ownId] = useState(randomId);
  const { select, isEqual, ...given } = options;
  const threadId = id ?? ownId;
  const thread = { isNew: id === undefined, ...given };
  const source = useMemo(
    () =>
      withCommands(
        store.thread(threadId, thread),
        commandsOf(() => store.threadOf(threadId, thread)),
      ),
    // The key stands for id and options.
    [store, threadKeyOf(threadId, thread)],
  );
  return useSelected(source, select ? { select, ...(isEqual && { isEqual }) } : WHOLE);
}

/** The commands of a thread that is looked for when one of them is called. */
function commandsOf(thread: () => Thread): ThreadCommands {
  const commands = COMMANDS.map((name) => [
    name,
    (...args: unknown[]): unknown => {
      const one = thread();
      return (one[name] as (...given: unknown[]) => unknown).apply(one, args);
    },
  ]);
  return Object.fromEntries(commands) as ThreadCommands;
}
