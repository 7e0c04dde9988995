import { currentExecution } from '../../executions/ambient-execution.js';
import type { Execution } from '../../executions/execution.js';

/** The call that streams the values of a stream. */
export interface Streamer {
  readonly execution: Execution;
  /** Whether the value that was read last was streamed. */
  readonly hasStreamedLast: boolean;
}

/** Finds the streaming call when the stream is read, because a generator begins only then. */
export type FindStreamer = () => Streamer | undefined;

const streamers = new WeakMap<object, FindStreamer>();

/** Notes the call that streams a stream. */
export function setStreamer(stream: object, find: FindStreamer): void {
  streamers.set(stream, find);
}

/** The call that streams a stream, if there is one. */
export function streamerOf(stream: unknown): FindStreamer | undefined {
  return typeof stream === 'object' && stream !== null ? streamers.get(stream) : undefined;
}

/** Whether the value that was read last was already streamed into this execution. */
export function hasStreamed(
  find: FindStreamer | undefined,
  execution: Execution | undefined,
): boolean {
  const streamer = find?.();
  return streamer !== undefined && streamer.execution === execution && streamer.hasStreamedLast;
}

/**
 * Returns for each value of a source whether it was already streamed in the execution of the running code: by
 * a decorated method that made the source, or by a decorated method that made the value.
 */
export function streamedAlready(source: object): (value: unknown) => boolean {
  const ambient = currentExecution();
  const find = streamerOf(source);
  return (value) => {
    const isPassedOn = ambient?.streamed.take(value) ?? false;
    return isPassedOn || hasStreamed(find, ambient?.execution);
  };
}
