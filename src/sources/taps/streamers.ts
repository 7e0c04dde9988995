import { currentExecution } from '../../executions/ambient-execution.js';
import type { Execution } from '../../executions/execution.js';

/** Who streams what is read from a stream. */
export interface Streamer {
  readonly execution: Execution;
  /** Whether the value that was read last was streamed. */
  readonly hasStreamedLast: boolean;
}

/** Finds who streams, when the stream is read: a generator begins only then. */
export type FindStreamer = () => Streamer | undefined;

const streamers = new WeakMap<object, FindStreamer>();

/** Notes who streams a stream. */
export function setStreamer(stream: object, find: FindStreamer): void {
  streamers.set(stream, find);
}

/** Who streams a stream, if anybody does. */
export function streamerOf(stream: unknown): FindStreamer | undefined {
  return typeof stream === 'object' && stream !== null ? streamers.get(stream) : undefined;
}

/** Whether the value that was read last is streamed into this execution already. */
export function hasStreamed(
  find: FindStreamer | undefined,
  execution: Execution | undefined,
): boolean {
  const streamer = find?.();
  return streamer !== undefined && streamer.execution === execution && streamer.hasStreamedLast;
}

/**
 * Tells of each value that is read from a source whether it is streamed already in the execution of
 * the running code: by a decorated method that made the source, or one from which the value comes.
 */
export function streamedAlready(source: object): (value: unknown) => boolean {
  const ambient = currentExecution();
  const find = streamerOf(source);
  return (value) => {
    const isPassedOn = ambient?.streamed.take(value) ?? false;
    return isPassedOn || hasStreamed(find, ambient?.execution);
  };
}
