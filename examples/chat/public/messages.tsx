import type { StreamedMessage } from '@hive-academy/langgraph-streaming/client';
import { useLayoutEffect, useRef } from 'react';
import { Message } from './message.js';

interface MessagesProps {
  readonly messages: readonly StreamedMessage[];
  /** Whether more is to come: a screen reader waits with what it reads. */
  readonly isBusy: boolean;
  readonly onEdit?: (id: string | undefined, content: string) => void;
  readonly onRegenerate?: (id: string | undefined) => void;
}

/** What was said. What a tool answered is shown with the call. */
export function Messages({ messages, isBusy, onEdit, onRegenerate }: MessagesProps) {
  const log = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  useLayoutEffect(() => {
    if (isAtEnd.current) log.current?.scrollTo({ top: log.current.scrollHeight });
  }, [messages]);
  const onScroll = (): void => {
    const { scrollHeight = 0, scrollTop = 0, clientHeight = 0 } = log.current ?? {};
    isAtEnd.current = scrollHeight - scrollTop - clientHeight < 40;
  };
  const results = new Map(messages.map(({ toolCallId, content }) => [toolCallId, content]));
  const shown = messages.filter(({ role }) => role !== 'tool');
  const isAnswered = !isBusy && shown.at(-1)?.role === 'assistant';
  return (
    <div
      ref={log}
      className="messages"
      role="log"
      aria-label="Messages"
      aria-busy={isBusy}
      tabIndex={0}
      onScroll={onScroll}
    >
      {shown.map((message, index) => (
        <Message
          key={message.id ?? index}
          message={message}
          results={results}
          onEdit={
            onEdit && !isBusy && message.role === 'user'
              ? (content) => onEdit(message.id, content)
              : undefined
          }
          onRegenerate={
            onRegenerate && isAnswered && index === shown.length - 1
              ? () => onRegenerate(message.id)
              : undefined
          }
        />
      ))}
    </div>
  );
}
