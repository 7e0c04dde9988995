import { useSyncExternalStore } from 'react';

/** The address of the page says who you are and which conversation you see, so that it can be opened again. */
export interface Place {
  readonly user: string;
  readonly threadId: string;
}

/** The address of a place; without a conversation that of a new one. */
export function addressOf(user: string, threadId: string = crypto.randomUUID()): string {
  return `#${new URLSearchParams({ user, thread: threadId }).toString()}`;
}

/** Where the page is. */
export function usePlace(): Place {
  const place = new URLSearchParams(useSyncExternalStore(onChange, () => location.hash).slice(1));
  return { user: place.get('user') ?? 'ada', threadId: place.get('thread') ?? '' };
}

/** Makes an address without a conversation that of a new one. */
export function completeAddress(): void {
  const place = new URLSearchParams(location.hash.slice(1));
  if (place.has('thread')) return;
  history.replaceState(undefined, '', addressOf(place.get('user') ?? 'ada'));
}

function onChange(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}
