import { useState, type KeyboardEvent, type ReactNode } from 'react';

interface ComposerProps {
  readonly label: string;
  readonly submit: string;
  readonly initial?: string;
  /** Whether the field gets the focus when it appears. */
  readonly autoFocus?: boolean;
  readonly onSubmit: (text: string) => void;
  readonly onCancel?: () => void;
  /** Further buttons. */
  readonly children?: ReactNode;
}

/** A field for a message. Enter sends it, Shift+Enter begins a line, Escape gives up. */
export function Composer({
  label,
  submit,
  initial = '',
  autoFocus = false,
  onSubmit,
  onCancel,
  children,
}: ComposerProps) {
  const [text, setText] = useState(initial);
  const send = (): void => {
    if (text.trim() === '') return;
    onSubmit(text.trim());
    setText('');
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') onCancel?.();
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <label>
        {label}
        <textarea
          value={text}
          rows={2}
          maxLength={500}
          autoFocus={autoFocus}
          onChange={({ target }) => setText(target.value)}
          onKeyDown={onKeyDown}
        />
      </label>
      <button className="primary">{submit}</button>
      {onCancel && (
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
      )}
      {children}
    </form>
  );
}
