import { useState } from 'react';
import { Composer } from './composer.js';

interface TitleProps {
  readonly title: string | undefined;
  /** Absent: it cannot be renamed. */
  readonly onRename?: ((title: string) => void) | undefined;
}

export function Title({ title, onRename }: TitleProps) {
  const [isEdited, setEdited] = useState(false);
  if (isEdited)
    return (
      <Composer
        label="Title"
        submit="Save"
        initial={title ?? ''}
        autoFocus
        onSubmit={(text) => {
          setEdited(false);
          onRename?.(text);
        }}
        onCancel={() => setEdited(false)}
      />
    );
  return (
    <div className="title">
      <h2>{title ?? 'New conversation'}</h2>
      {title !== undefined && onRename && <button onClick={() => setEdited(true)}>Rename</button>}
    </div>
  );
}
