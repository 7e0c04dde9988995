import { randomUUID } from 'node:crypto';
import { recordOf, textOf } from '../../common/is-record.js';
import type { StreamedToolCallChunk } from '../../protocol/streamed-message.js';
import {
  partOf,
  reasoningOfAssistant,
  TOOL_FAILED,
  textOfAssistant,
  toolAnswer,
  type MessageFacts,
  type ModelPiece,
} from '../model-piece.js';
import type { SdkItem, SdkReader } from './sdk-reader.js';
import { usageOf } from './sdk-usage.js';

/** Types that no other stream has. */
const TELLING =
  /^(text|reasoning)-(start|delta|end)$|^tool-(input|output|call|result|error)|^(start|finish)-step$|^step-(start|finish)$|^source-(url|document)$/;

/** Types without new information for viewers. */
const SILENT =
  /^(text|reasoning|tool-input)-(start|end)$|^(start|step-start|raw|message-metadata|finish)$/;

/** How the stream of an AI SDK begins. */
const FIRST_KEYS: ReadonlySet<string> = new Set(['type', 'messageId', 'messageMetadata']);

/**
 * The parts of an AI SDK `fullStream`, and the chunks of its UI message streams, of versions 4 to 7. Each
 * step, which is one call of a model, is one message.
 */
export class AiSdkReader implements SdkReader {
  #id: string | undefined;
  #step = 0;
  /** The calls of tools whose arguments came in parts, in their order. */
  #calls: string[] = [];
  readonly #toolNames = new Map<string, string>();
  /** Whether a step has reported its usage. Then the sum at the end of the stream is not needed. */
  #hasUsage = false;

  read(item: SdkItem): readonly ModelPiece[] | undefined {
    const type = textOf(item['type']);
    if (type === undefined || !this.#isKnown(type, item)) return undefined;
    this.#id ??= textOf(item['messageId']) ?? randomUUID();
    if (type === 'start-step' || type === 'step-start') this.#begin();
    return this.#text(type, item) ?? this.#tool(type, item) ?? this.#other(type, item);
  }

  #isKnown(type: string, item: SdkItem): boolean {
    if (this.#id !== undefined || TELLING.test(type)) return true;
    return type === 'start' && Object.keys(item).every((key) => FIRST_KEYS.has(key));
  }

  get #messageId(): string | undefined {
    return this.#step > 1 ? `${this.#id}-${this.#step}` : this.#id;
  }

  #begin(): void {
    this.#step += 1;
    this.#calls = [];
  }

  #text(type: string, { text, delta, textDelta }: SdkItem): ModelPiece[] | undefined {
    const said = text ?? delta ?? textDelta;
    if (type === 'text-delta') return textOfAssistant(this.#messageId, said);
    const isReasoning = type === 'reasoning-delta' || type === 'reasoning';
    return isReasoning ? reasoningOfAssistant(this.#messageId, said) : undefined;
  }

  #tool(type: string, item: SdkItem): ModelPiece[] | undefined {
    const { delta, inputTextDelta, argsTextDelta, errorText, error } = item;
    const callId = textOf(item['toolCallId']) ?? textOf(item['id']) ?? '';
    const name = textOf(item['toolName']);
    if (name !== undefined) this.#toolNames.set(callId, name);
    switch (type) {
      case 'tool-input-start':
      case 'tool-call-streaming-start':
        return this.#part(callId, { id: callId, ...(name !== undefined && { name }), args: '' });
      case 'tool-input-delta':
      case 'tool-call-delta':
        return this.#part(callId, { args: textOf(inputTextDelta ?? argsTextDelta ?? delta) ?? '' });
      case 'tool-call':
      case 'tool-input-available':
        return this.#call(callId, item['input'] ?? item['args']);
      case 'tool-result':
      case 'tool-output-available':
        return item['preliminary'] === true
          ? []
          : [this.#answer(callId, item['output'] ?? item['result'])];
      case 'tool-error':
      case 'tool-input-error':
      case 'tool-output-error':
      case 'tool-output-denied':
        return [this.#answer(callId, textOf(errorText) ?? reasonOf(error), true)];
      default:
        return undefined;
    }
  }

  #other(type: string, item: SdkItem): ModelPiece[] | undefined {
    const { error, errorText } = item;
    if (type === 'finish-step' || type === 'step-finish') return this.#finish(item);
    if (type === 'finish') return this.#finishAll(item);
    if (type === 'abort') return [partOf(this.#messageId, { finishReason: 'abort' })];
    if (type === 'error') {
      return [
        { failure: { error: error ?? new Error(textOf(errorText) ?? 'The stream failed.') } },
      ];
    }
    if (type.startsWith('source')) return this.#source(item);
    if (type === 'file' || type === 'reasoning-file') {
      return [partOf(this.#messageId, { blocks: [item] })];
    }
    return SILENT.test(type) || type === 'start-step' ? [] : undefined;
  }

  #part(callId: string, chunk: StreamedToolCallChunk): ModelPiece[] {
    if (!this.#calls.includes(callId)) this.#calls.push(callId);
    const index = this.#calls.indexOf(callId);
    return [partOf(this.#messageId, { toolCallChunks: [{ index, ...chunk }] })];
  }

  /** A whole call, unless its parts were already streamed. */
  #call(id: string, args: unknown): ModelPiece[] {
    if (this.#calls.includes(id)) return [];
    const name = this.#toolNames.get(id) ?? '';
    return [partOf(this.#messageId, { toolCalls: [{ id, name, args }] })];
  }

  #answer(toolCallId: string, output: unknown, failed = false): ModelPiece {
    return toolAnswer({ toolCallId, name: this.#toolNames.get(toolCallId), output, failed });
  }

  #source({ url, title }: SdkItem): ModelPiece[] {
    const citation = {
      ...(typeof url === 'string' && { url }),
      ...(typeof title === 'string' && { title }),
    };
    return Object.keys(citation).length > 0
      ? [partOf(this.#messageId, { citations: [citation] })]
      : [];
  }

  #finish({ usage, finishReason, response }: SdkItem): ModelPiece[] {
    const cost = usageOf(usage);
    this.#hasUsage ||= cost.usage !== undefined;
    const model = textOf(recordOf(response)['modelId']);
    return this.#facts({
      ...cost,
      ...reasonFact(finishReason),
      ...(model !== undefined && { model }),
    });
  }

  #finishAll({ totalUsage, usage, finishReason }: SdkItem): ModelPiece[] {
    if (this.#hasUsage) return [];
    return this.#facts({ ...usageOf(totalUsage ?? usage), ...reasonFact(finishReason) });
  }

  #facts(facts: MessageFacts): ModelPiece[] {
    return Object.keys(facts).length > 0 ? [partOf(this.#messageId, facts)] : [];
  }
}

function reasonFact(reason: unknown): MessageFacts {
  return typeof reason === 'string' ? { finishReason: reason } : {};
}

function reasonOf(error: unknown): string {
  return typeof error === 'string' ? error : TOOL_FAILED;
}
