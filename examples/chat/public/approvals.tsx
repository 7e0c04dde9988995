import { useRoom, useThread } from '@hive-academy/langgraph-streaming/react';
import { addressOf, type Place } from './place.js';

/** What supervisors have to decide. The room has one message for each conversation that asked. */
export function Approvals({ user, threadId }: Place) {
  const { messages } = useRoom('approvals', { from: 'start' });
  return (
    <nav className="list" aria-labelledby="approvals">
      <h2 id="approvals">Waiting for approval</h2>
      <ul>
        {messages.map(({ id = '', name, content }) => (
          <Request key={id} threadId={id} isOpen={id === threadId} address={addressOf(user, id)}>
            {`${name}: ${content}`}
          </Request>
        ))}
      </ul>
    </nav>
  );
}

interface RequestProps {
  readonly threadId: string;
  readonly isOpen: boolean;
  readonly address: string;
  readonly children: string;
}

/** A conversation, as long as it waits for an answer. */
function Request({ threadId, isOpen, address, children }: RequestProps) {
  const waits = useThread(threadId, {
    agent: 'travel',
    select: ({ interrupts }) => interrupts.length > 0,
  });
  return waits ? (
    <li>
      <a href={address} aria-current={isOpen ? 'page' : undefined}>
        {children}
      </a>
    </li>
  ) : null;
}
