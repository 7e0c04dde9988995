import type { StreamingClient, ThreadSummary } from '@hive-academy/langgraph-streaming/client';
import { useCallback, useEffect, useState } from 'react';
import { addressOf, type Place } from './place.js';

/** The conversations of the user, and a function that asks for them again. */
export function useConversations(client: StreamingClient): [readonly ThreadSummary[], () => void] {
  const [conversations, setConversations] = useState<readonly ThreadSummary[]>([]);
  const refresh = useCallback(() => {
    client
      .listThreads({ limit: 50 })
      .then(({ threads }) => setConversations(threads), console.warn);
  }, [client]);
  useEffect(() => {
    refresh();
    // Other tabs and devices start conversations too.
    addEventListener('focus', refresh);
    return () => removeEventListener('focus', refresh);
  }, [refresh]);
  return [conversations, refresh];
}

interface ConversationListProps extends Place {
  readonly conversations: readonly ThreadSummary[];
}

export function ConversationList({ conversations, user, threadId }: ConversationListProps) {
  return (
    <nav className="list" aria-labelledby="conversations">
      <h2 id="conversations">Conversations</h2>
      <button className="primary" onClick={() => (location.hash = addressOf(user))}>
        New conversation
      </button>
      <ul>
        {conversations.map(({ threadId: id, title = 'Untitled' }) => (
          <li key={id}>
            <a href={addressOf(user, id)} aria-current={id === threadId ? 'page' : undefined}>
              {title}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
