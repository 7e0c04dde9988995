import { createStreamingClient } from '@hive-academy/langgraph-streaming/client';
import { StreamingProvider } from '@hive-academy/langgraph-streaming/react';
import { useEffect, useState } from 'react';
import { Approvals } from './approvals.js';
import { Connection, OfflineBanner } from './connection.js';
import { Conversation } from './conversation.js';
import { ConversationList, useConversations } from './conversation-list.js';
import { isSupervisor, loginOf, USERS } from './login.js';
import { addressOf, type Place } from './place.js';

interface DeskProps extends Place {
  /** Cuts the connections of the page. */
  readonly onCut: () => void;
}

/** All that a user sees. */
export function Desk({ user, threadId, onCut }: DeskProps) {
  const [client] = useState(() => createStreamingClient({ auth: loginOf(user) }));
  useEffect(() => () => client.close(), [client]);
  const [conversations, refresh] = useConversations(client);
  return (
    <StreamingProvider client={client}>
      <header className="top">
        <h1>Travel desk</h1>
        <Connection onCut={onCut} />
        <label>
          You are{' '}
          <select value={user} onChange={({ target }) => (location.hash = addressOf(target.value))}>
            {Object.entries(USERS).map(([id, name]) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </header>
      <OfflineBanner />
      <div className="columns">
        <div>
          {isSupervisor(user) && <Approvals user={user} threadId={threadId} />}
          <ConversationList conversations={conversations} user={user} threadId={threadId} />
        </div>
        <Conversation key={threadId} user={user} threadId={threadId} onChange={refresh} />
      </div>
    </StreamingProvider>
  );
}
