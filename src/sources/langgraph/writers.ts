import { getConfig } from '@langchain/langgraph';
import { isRecord } from '../../common/is-record.js';
import { originOf, type Origin } from './origin.js';

/** Where LangGraph keeps the stream of a run, in the configuration that it gives to every node. */
const STREAM = '__pregel_stream';

/**
 * Tells which task wrote a chunk of stream mode `custom`, of which the chunk says no more than the graph.
 *
 * A `writer` of our own notes who calls it, and hands the chunk over to the stream as LangGraph's own
 * writer does. The stream keeps the order, so notes and chunks meet again.
 */
export class Writers {
  readonly #calls: { readonly chunk: unknown; readonly origin: Origin }[] = [];

  /** @param onDetached - takes what was written where the stream cannot be found */
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

  /** Who wrote a chunk; undefined when no node of this process did. */
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
