import { isTerminalState, type ThreadRunView } from '@hive-academy/langgraph-streaming/client';
import { useExecution } from '@hive-academy/langgraph-streaming/react';

interface RunStatusProps {
  /** The last run of the conversation. */
  readonly run: ThreadRunView | undefined;
}

const TEXTS: Readonly<Record<ThreadRunView['state'], string>> = {
  queued: 'Your message waits for the one before.',
  running: 'The travel desk is at work.',
  interrupted: 'The travel desk waits for an approval.',
  completed: 'The travel desk has answered.',
  cancelled: 'Stopped.',
  failed: 'The travel desk has failed. Try again.',
};

/** Tells what the agent does, also to a screen reader. */
export function RunStatus({ run }: RunStatusProps) {
  return (
    <>
      {run && !isTerminalState(run.state) && <Progress executionId={run.executionId} />}
      <p className="quiet" role="status">
        {run && TEXTS[run.state]}
      </p>
    </>
  );
}

/** How far the last tool is. */
function Progress({ executionId }: { readonly executionId: string }) {
  const progress = useExecution(executionId, { select: (run) => run.progress });
  if (!progress) return null;
  return (
    <label className="quiet">
      {progress.message}
      <progress aria-label="Progress" max={100} value={progress.progress} />
    </label>
  );
}
