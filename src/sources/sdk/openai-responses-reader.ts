import { numberOf, recordOf, textOf } from '../../common/is-record.js';
import { partOf, reasoningOfAssistant, textOfAssistant, type ModelPiece } from '../model-piece.js';
import type { SdkItem, SdkReader } from './sdk-reader.js';
import { usageOf } from './sdk-usage.js';

/** Events about the state of the response, or that repeat parts as a whole. */
const LIFECYCLE =
  /\.(created|queued|in_progress|done|completed|added|searching|interpreting|generating)$/;

/** The events of OpenAI's responses API. A response is one message. */
export class OpenAiResponsesReader implements SdkReader {
  #id: string | undefined;

  read(item: SdkItem): readonly ModelPiece[] | undefined {
    const type = textOf(item['type']);
    if (type === 'error' && this.#id !== undefined) return [{ failure: { error: errorOf(item) } }];
    if (!type?.startsWith('response.')) return undefined;
    const response = recordOf(item['response']);
    this.#id = textOf(response['id']) ?? this.#id;
    switch (type) {
      case 'response.output_text.delta':
      case 'response.refusal.delta':
        return textOfAssistant(this.#id, item['delta']);
      case 'response.reasoning_text.delta':
      case 'response.reasoning_summary_text.delta':
        return reasoningOfAssistant(this.#id, item['delta']);
      case 'response.output_item.added':
        return this.#toolCall(item);
      case 'response.function_call_arguments.delta':
      case 'response.mcp_call_arguments.delta':
      case 'response.custom_tool_call_input.delta':
        return this.#toolCallPart(item);
      case 'response.output_text.annotation.added':
        return this.#citation(recordOf(item['annotation']));
      case 'response.completed':
      case 'response.incomplete':
        return [this.#end(response)];
      case 'response.failed':
        return [{ failure: { error: errorOf(recordOf(response['error'])) } }];
      default:
        return LIFECYCLE.test(type) ? [] : undefined;
    }
  }

  #toolCall({ output_index: place, item }: SdkItem): ModelPiece[] {
    const { type, id, call_id: callId, name } = recordOf(item);
    if (typeof name !== 'string' || !textOf(type)?.endsWith('_call')) return [];
    const chunk = { index: numberOf(place) ?? 0, id: textOf(callId ?? id), name, args: '' };
    return [partOf(this.#id, { toolCallChunks: [chunk] })];
  }

  #toolCallPart({ output_index: place, delta }: SdkItem): ModelPiece[] {
    if (typeof delta !== 'string') return [];
    return [partOf(this.#id, { toolCallChunks: [{ index: numberOf(place) ?? 0, args: delta }] })];
  }

  #citation({ url, title, start_index: startIndex, end_index: endIndex }: SdkItem): ModelPiece[] {
    if (typeof url !== 'string') return [];
    const citation = {
      url,
      ...(typeof title === 'string' && { title }),
      ...(typeof startIndex === 'number' && { startIndex }),
      ...(typeof endIndex === 'number' && { endIndex }),
    };
    return [partOf(this.#id, { citations: [citation] })];
  }

  #end({ usage, status, incomplete_details: details, model }: SdkItem): ModelPiece {
    const reason = textOf(recordOf(details)['reason']) ?? textOf(status);
    return partOf(this.#id, {
      ...usageOf(usage),
      ...(reason !== undefined && { finishReason: reason }),
      ...(typeof model === 'string' && { model }),
    });
  }
}

function errorOf({ message, code }: SdkItem): Error {
  return new Error(textOf(message) ?? textOf(code) ?? 'The response failed.');
}
