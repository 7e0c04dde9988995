import { getConfig } from '@langchain/langgraph';
import { isRecord } from '../../common/is-record.js';
import { originOf, type Origin } from './origin.js';

/** The key of the stream of a run, in the configuration that LangGraph gives to every node. */
const STREAM = '__pregel_stream';

/**
 * Finds the task that wrote a chunk of stream mode `custom`, because the chunk names only the graph.
 *
 * A `writer` of this library notes its caller, and passes the chunk to the stream as LangGraph's own writer
 * does. The stream keeps the order, so each chunk finds its note.
 */
export class Writers {
  readonly #calls: { readonly chunk: unknown; readonly origin: Origin }[] = [];

  /** @param onDetached - called with data that was written where the stream cannot be found */
  constructor(private readonly onDetached: (chunk: unknown) => void) {}

  /** The `writer` of the run configuration. */
  readonly write = (chunk: unknown): void => {
    const config: unknown = getConfig();
    const { configurable, metadata } = isRecord(config) ? config : {};
    const stream = isRecord(configurable) ? configurable[STREAM] : undefined;
    if (!isStream(stream)) return this.onDetached(chunk);
    const origin = originOf(metadata);
    this.#calls.push({ chunk, origin });
    stream.push([origin.namespace, 'custom', chunk]);
  };

  /** The writer of a chunk; undefined if no node of this process wrote it. */
  writerOf(chunk: unknown): Origin | undefined {
    const index = this.#calls.findIndex((call) => Object.is(call.chunk, chunk));
    return index < 0 ? undefined : this.#calls.splice(index, 1)[0]?.origin;
  }
}

interface ChunkStream {
  push(chunk: readonly [namespace: readonly string[], mode: string, payload: unknown]): void;
}

function isStream(value: unknown): value is ChunkStream {
  return isRecord(value) && typeof value['push'] === 'function';
}
