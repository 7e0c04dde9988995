import { isRecord, isList, recordOf, textOf } from '../../common/is-record.js';
import { StreamEventType, type StreamEventName } from '../../protocol/stream-event-type.js';
import { piecesOfMessage, TOOL_FAILED, toolAnswer, type ModelPiece } from '../model-piece.js';
import { isMessageLike, toStreamedMessage, type MessageLike } from '../streamed-message.js';
import type { SdkItem, SdkReader } from './sdk-reader.js';

/** Events of steps around models and tools. Their outputs repeat the output of the models and tools. */
const AROUND = /^on_(chain|prompt|retriever|parser|llm|chat_model|tool)_(start|stream|end|error)$/;

/** The events of `streamEvents` of LangChain, versions 1 and 2. */
export class LangChainEventReader implements SdkReader {
  /** Calls of models that streamed. */
  readonly #streamed = new Set<unknown>();

  read(item: SdkItem): readonly ModelPiece[] | undefined {
    const { event, data, run_id: runId, metadata, name } = item;
    if (typeof event !== 'string' || !event.startsWith('on_') || typeof runId !== 'string') {
      return undefined;
    }
    const nodeId = textOf(recordOf(metadata)['langgraph_node']);
    const { chunk, output } = recordOf(data);
    const at = (pieces: readonly ModelPiece[]): ModelPiece[] =>
      pieces.map((piece) => (nodeId === undefined ? piece : { ...piece, nodeId }));
    switch (event) {
      case 'on_chat_model_stream':
      case 'on_llm_stream':
        this.#streamed.add(runId);
        return at(piecesOfOutput(chunk));
      case 'on_chat_model_end':
      case 'on_llm_end':
        return this.#streamed.delete(runId) ? [] : at(piecesOfOutput(output));
      case 'on_tool_end':
        return at([piecesOfTool(output, textOf(name))]);
      case 'on_tool_error':
        return at([piecesOfTool(TOOL_FAILED, textOf(name), true)]);
      case 'on_custom_event':
        return at([{ update: { type: StreamEventType.CUSTOM, data: { name, data } } }]);
      default:
        return AROUND.test(event) ? [] : undefined;
    }
  }
}

/** A message, a generation with a message, or the text of a model that is not a chat model. */
function piecesOfOutput(output: unknown): readonly ModelPiece[] {
  if (isMessageLike(output)) return piecesOfMessage(output);
  const { message, text, generations } = recordOf(output);
  if (isMessageLike(message)) return piecesOfMessage(message);
  if (isList(generations)) return generations.flat().flatMap(piecesOfOutput);
  return typeof text === 'string' && text !== '' ? [{ text }] : [];
}

function piecesOfTool(output: unknown, name: string | undefined, failed = false): ModelPiece {
  return isMessageLike(output)
    ? { message: { ...toStreamedMessage(output), role: 'tool' } }
    : toolAnswer({ toolCallId: undefined, name, output, failed });
}

/** The stream modes of LangGraph, and the types of their updates. */
const MODES: ReadonlyMap<unknown, StreamEventName> = new Map(
  (['values', 'updates', 'custom', 'debug', 'checkpoints', 'tasks', 'tools'] as const).map(
    (mode) => [mode, mode],
  ),
);

/**
 * Reads the items of a LangGraph stream that does not run through `langGraph()`: `[chunk, metadata]`,
 * `[mode, payload]` and `[namespace, mode, payload]`.
 *
 * @returns undefined if the item has none of these forms
 */
export function readTuple(item: readonly unknown[]): readonly ModelPiece[] | undefined {
  const [first, second, third] = item;
  if (item.length === 3 && isList(first)) return readTuple([second, third]);
  if (item.length !== 2) return undefined;
  if (isMessageLike(first) && isRecord(second)) return piecesOfTuple(first, second);
  if (first === 'messages' && isList(second)) return readTuple(second);
  const type = MODES.get(first);
  return type && [{ update: { type, data: second } }];
}

/** Only models stream messages in pieces. Nodes and tools return whole messages. */
function piecesOfTuple(message: MessageLike, metadata: SdkItem): readonly ModelPiece[] {
  const nodeId = textOf(metadata['langgraph_node']);
  const node = nodeId === undefined ? {} : { nodeId };
  const isOfModel =
    metadata['ls_model_type'] !== undefined ||
    'tool_call_chunks' in message ||
    // In the JSON form of a remote graph.
    message['type'] === 'AIMessageChunk';
  if (!isOfModel) return [{ message: toStreamedMessage(message), ...node }];
  return piecesOfMessage(message).map((piece) => ({ ...piece, ...node }));
}
