import { useMemo } from 'react';
import { roomChannel } from '../../protocol/channel.js';
import type { SubscriptionOptions } from '../subscription-options.js';
import type { SubscriptionView } from '../subscription-view.js';
import { useStore } from './streaming-provider.js';
import { keyOf } from './streaming-store.js';
import { useSelected, type Selection } from './use-selected.js';

/**
 * Joins a room, and renders the component when updates are published to the room. Components in the same room share a
 * subscription.
 *
 * @throws StreamingClientError `INVALID_OPTIONS` outside of a `StreamingProvider`
 * @publicApi
 */
export function useRoom(id: string, options?: SubscriptionOptions): SubscriptionView;
/**
 * Returns a part of the view of a room. The component renders again only when this part changes.
 *
 * @publicApi
 */
export function useRoom<TSelected>(
  id: string,
  options: SubscriptionOptions & Selection<SubscriptionView, TSelected>,
): TSelected;
export function useRoom(
  id: string,
  options: SubscriptionOptions & Partial<Selection<SubscriptionView, unknown>> = {},
): unknown {
  const store = useStore();
  const { select, isEqual, ...subscription } = options;
  // The key is made of the id and the options.
  const source = useMemo(
    () => store.room(id, subscription),
    [store, keyOf(roomChannel(id), subscription)],
  );
  return useSelected(source, { select, isEqual });
}
