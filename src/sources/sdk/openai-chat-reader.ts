import { isRecord, listOf, recordOf, textOf } from '../../common/is-record.js';
import type { StreamedToolCallChunk } from '../../protocol/streamed-message.js';
import { partOf, reasoningOfAssistant, textOfAssistant, type ModelPiece } from '../model-piece.js';
import type { SdkItem, SdkReader } from './sdk-reader.js';
import { usageOf } from './sdk-usage.js';

/** The chunks of a chat completion, as OpenAI and the many that follow it send them. */
export class OpenAiChatReader implements SdkReader {
  read(item: SdkItem): readonly ModelPiece[] | undefined {
    const { choices, usage, model } = item;
    const isChunk = item['object'] === 'chat.completion.chunk' || hasDeltas(choices);
    if (!isChunk) return undefined;
    const id = textOf(item['id']);
    return [
      ...listOf(choices).flatMap((choice) => readChoice(recordOf(choice), id)),
      ...(isRecord(usage) ? [partOf(id, { ...usageOf(usage), ...named(model) })] : []),
    ];
  }
}

/** Each further choice is a message of its own. */
function readChoice({ index, delta, finish_reason: reason }: SdkItem, id: string | undefined) {
  const messageId = typeof index === 'number' && index > 0 ? `${id ?? 'choice'}:${index}` : id;
  const {
    content,
    refusal,
    reasoning,
    reasoning_content: thought,
    tool_calls: calls,
  } = recordOf(delta);
  const chunks = listOf(calls).map(toChunk);
  return [
    ...reasoningOfAssistant(messageId, thought ?? reasoning),
    ...textOfAssistant(messageId, content),
    ...textOfAssistant(messageId, refusal),
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
