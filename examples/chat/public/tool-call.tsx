import type { StreamedToolCall } from '@hive-academy/langgraph-streaming/client';

interface ToolCallProps {
  readonly call: StreamedToolCall;
  /** Absent while the tool is at work. */
  readonly result: string | undefined;
}

/** What a tool was asked, and what it answered. */
export function ToolCall({ call: { name, args }, result }: ToolCallProps) {
  return (
    <dl className="tool" data-state={result === undefined ? 'running' : 'done'}>
      <dt>
        <code>{name}</code> {Object.values(Object(args) as object).join(', ')}
      </dt>
      <dd>{result ?? '…'}</dd>
    </dl>
  );
}
