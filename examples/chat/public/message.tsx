import type { StreamedMessage } from '@hive-academy/langgraph-streaming/client';
import { useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { Composer } from './composer.js';
import { ToolCall } from './tool-call.js';

interface MessageProps {
  readonly message: StreamedMessage;
  /** What the tools answered, by the id of the call. */
  readonly results: ReadonlyMap<string | undefined, string>;
  /** Asks in other words. Absent: not now. */
  readonly onEdit?: ((content: string) => void) | undefined;
  /** Has the answer written once more. Absent: not now. */
  readonly onRegenerate?: (() => void) | undefined;
}

export function Message({ message, results, onEdit, onRegenerate }: MessageProps) {
  const { role, content, toolCalls = [] } = message;
  const [isEdited, setEdited] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  /** The focus goes back to where it came from. */
  const endEdit = (): void => {
    flushSync(() => setEdited(false));
    button.current?.focus();
  };
  const speaker = role === 'user' ? 'Traveller' : 'Travel desk';
  return (
    <article className="message" data-role={role} aria-label={speaker}>
      <h3>{speaker}</h3>
      {isEdited ? (
        <Composer
          label="Edit the message"
          submit="Send the edited message"
          initial={content}
          autoFocus
          onSubmit={(text) => {
            endEdit();
            onEdit?.(text);
          }}
          onCancel={endEdit}
        />
      ) : (
        content && <p>{content}</p>
      )}
      {toolCalls.map((call, index) => (
        <ToolCall key={call.id ?? index} call={call} result={results.get(call.id)} />
      ))}
      {onEdit && !isEdited && (
        <button ref={button} onClick={() => setEdited(true)}>
          Edit
        </button>
      )}
      {onRegenerate && <button onClick={onRegenerate}>Regenerate</button>}
    </article>
  );
}
