import type { ExecutionStateData } from '../protocol/stream-update.js';
import { notRecovered, StreamingClientError } from './streaming-client.error.js';

/** A subscription to an execution. */
interface FollowedRun {
  readonly id: string;
  readonly text: string;
  readonly recovered: boolean;
  readonly done: Promise<ExecutionStateData>;
}

/** The whole text of an execution, once it is over. */
export async function finalTextOf(run: FollowedRun): Promise<string> {
  const { state, error } = await run.done;
  if (state === 'failed') throw new StreamingClientError('SOURCE_FAILED', error?.message ?? state);
  if (!run.recovered) throw notRecovered(run.id);
  return run.text;
}
