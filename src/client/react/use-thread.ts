import { useMemo, useState } from 'react';
import { randomId } from '../conversation/random-id.js';
import type { ThreadOptions } from '../conversation/thread-options.js';
import type { Thread } from '../conversation/thread.js';
import type { ThreadView } from '../conversation/thread-view.js';
import { useStore } from './streaming-provider.js';
import { threadKeyOf } from './streaming-store.js';
import { useSelected, type Selection } from './use-selected.js';
import { withCommands } from './with-commands.js';

/** The functions of a thread that a component can call; see {@link Thread}. */
export interface ThreadCommands {
  /** Starts a run; see {@link Thread.start}. */
  readonly start: Thread['start'];
  /** Starts a run at an earlier checkpoint; see {@link Thread.fork}. */
  readonly fork: Thread['fork'];
  /** Answers a question; see {@link Thread.respond}. */
  readonly respond: Thread['respond'];
  /** Cancels runs; see {@link Thread.cancel}. */
  readonly cancel: Thread['cancel'];
  /** Returns checkpoints; see {@link Thread.history}. */
  readonly history: Thread['history'];
  /** Changes the title, the metadata or the state; see {@link Thread.update}. */
  readonly update: Thread['update'];
  /** Deletes the thread; see {@link Thread.delete}. */
  readonly delete: Thread['delete'];
}

const COMMANDS = ['start', 'fork', 'respond', 'cancel', 'history', 'update', 'delete'] as const;

/**
 * Follows a thread, and renders the component when its view changes. Components that follow the same thread share a
 * subscription.
 *
 * ```tsx
 * const { messages, start } = useThread(threadId, { agent: 'support' });
 * const isBusy = useThread(threadId, { agent: 'support', select: ({ runs }) => runs.some(isActive) });
 * ```
 *
 * @param id - the id of the thread. For undefined, the hook makes a random id once; the thread begins with its first start.
 * @throws StreamingClientError `INVALID_OPTIONS` outside of a `StreamingProvider`
 * @publicApi
 */
export function useThread(
  id: string | undefined,
  options: ThreadOptions & { readonly select?: undefined },
): ThreadView & ThreadCommands;
/**
 * Returns a part of the view of a thread. The component renders again only when this part changes.
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
    // The key is made of the id and the options.
    [store, threadKeyOf(threadId, thread)],
  );
  return useSelected(source, { select, isEqual });
}

/** The functions of a thread. The thread is looked up when a function is called. */
function commandsOf(thread: () => Thread): ThreadCommands {
  const commands = COMMANDS.map((name) => [
    name,
    (...args: unknown[]): unknown => (thread()[name] as (...given: unknown[]) => unknown)(...args),
  ]);
  return Object.fromEntries(commands) as ThreadCommands;
}
