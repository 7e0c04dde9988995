import { isRecord, listOf, recordOf, textOf } from '../../common/is-record.js';
import type { StreamedToolCallChunk } from '../../protocol/streamed-message.js';
import { partOf, reasoningOfAssistant, textOfAssistant, type ModelPiece } from '../model-piece.js';
import type { SdkItem, SdkReader } from './sdk-reader.js';
import { usageOf } from './sdk-usage.js';

/** The `object` types of chunks. The second is for completions, the older API. */
const CHUNKS: ReadonlySet<unknown> = new Set(['chat.completion.chunk', 'text_completion']);

/** The chunks of a chat completion, in the format of OpenAI and compatible providers. */
export class OpenAiChatReader implements SdkReader {
  #hasBegun = false;

  read(item: SdkItem): readonly ModelPiece[] | undefined {
    const { choices, usage, model, error } = item;
    const isChunk = CHUNKS.has(item['object']) || hasDeltas(choices);
    // Gateways in front of models may report an error in the middle of a stream.
    if ((isChunk || this.#hasBegun) && isRecord(error)) return [failureOf(error)];
    if (!isChunk) return undefined;
    this.#hasBegun = true;
    const id = textOf(item['id']);
    return [
      ...listOf(choices).flatMap((choice) => readChoice(recordOf(choice), id)),
      ...(isRecord(usage) ? [partOf(id, { ...usageOf(usage), ...named(model) })] : []),
    ];
  }
}

/** Each further choice is a separate message. */
function readChoice(
  { index, delta, text, finish_reason: reason }: SdkItem,
  id: string | undefined,
) {
  const messageId = typeof index === 'number' && index > 0 ? `${id ?? 'choice'}:${index}` : id;
  const {
    content,
    refusal,
    audio,
    reasoning,
    reasoning_content: thought,
    tool_calls: calls,
    function_call: oldCall,
  } = recordOf(delta);
  const chunks = [
    ...listOf(calls),
    ...(isRecord(oldCall) ? [{ index: 0, function: oldCall }] : []),
  ].map(toChunk);
  const parts = listOf(content).map((part) => recordOf(part));
  const said = [content, text, refusal, recordOf(audio)['transcript']];
  return [
    ...reasoningOfAssistant(messageId, thought ?? reasoning),
    ...[...said, ...parts.map((part) => part['text'])].flatMap((some) =>
      textOfAssistant(messageId, some),
    ),
    ...(chunks.length > 0 ? [partOf(messageId, { toolCallChunks: chunks })] : []),
    ...(typeof reason === 'string' ? [partOf(messageId, { finishReason: reason })] : []),
  ];
}

function toChunk(call: unknown): StreamedToolCallChunk {
  const { index, id, function: called } = recordOf(call);
  const { name, arguments: args } = recordOf(called);
  return {
    ...(typeof index === 'number' && { index }),
    ...(typeof id === 'string' && { id }),
    ...(typeof name === 'string' && { name }),
    ...(typeof args === 'string' && { args }),
  };
}

function failureOf({ message }: SdkItem): ModelPiece {
  return { failure: { error: new Error(textOf(message) ?? 'The stream failed.') } };
}

function named(model: unknown): { readonly model?: string } {
  return typeof model === 'string' ? { model } : {};
}

function hasDeltas(choices: unknown): boolean {
  return (
    Array.isArray(choices) &&
    choices.length > 0 &&
    choices.every((choice) => isRecord(choice) && isRecord(choice['delta']))
  );
}
