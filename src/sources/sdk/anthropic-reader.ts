import { isRecord, numberOf, recordOf, textOf } from '../../common/is-record.js';
import { partOf, reasoningOfAssistant, textOfAssistant, type ModelPiece } from '../model-piece.js';
import type { SdkItem, SdkReader } from './sdk-reader.js';
import { usageOf } from './sdk-usage.js';

/** The events of Anthropic's messages API. */
export class AnthropicReader implements SdkReader {
  #id: string | undefined;
  #hasBegun = false;

  read(item: SdkItem): readonly ModelPiece[] | undefined {
    const { type, message, delta, content_block: block, index, usage } = item;
    if (type === 'message_start' && isRecord(message)) return this.#start(message);
    if (type === 'content_block_start' && isRecord(block)) return this.#block(block, index);
    if (type === 'content_block_delta' && isRecord(delta)) return this.#delta(delta, index);
    if (type === 'message_delta' && isRecord(delta)) return [this.#end(delta, usage)];
    if (!this.#hasBegun) return undefined;
    if (type === 'error') {
      return [{ failure: { error: new Error(textOf(recordOf(item['error'])['message'])) } }];
    }
    const isKnown = type === 'content_block_stop' || type === 'message_stop' || type === 'ping';
    return isKnown ? [] : undefined;
  }

  /** The input tokens are reported at the beginning, the output tokens at the end. */
  #start({ id, usage, model }: SdkItem): ModelPiece[] {
    this.#hasBegun = true;
    this.#id = textOf(id);
    const {
      input_tokens: fresh,
      cache_read_input_tokens: cached,
      cache_creation_input_tokens: written,
    } = recordOf(usage);
    const input = (numberOf(fresh) ?? 0) + (numberOf(cached) ?? 0) + (numberOf(written) ?? 0);
    const facts = {
      ...usageOf({ input_tokens: input, cached_tokens: cached }),
      ...(typeof model === 'string' && { model }),
    };
    return Object.keys(facts).length > 0 ? [partOf(this.#id, facts)] : [];
  }

  #block(block: SdkItem, index: unknown): ModelPiece[] {
    const { type, id, name, text, thinking } = block;
    this.#hasBegun = true;
    if (type === 'text') return textOfAssistant(this.#id, text);
    if (type === 'thinking') return reasoningOfAssistant(this.#id, thinking);
    if (type === 'redacted_thinking') return [];
    if (textOf(type)?.endsWith('tool_use')) {
      const chunk = { index: numberOf(index) ?? 0, id: textOf(id), name: textOf(name), args: '' };
      return [partOf(this.#id, { toolCallChunks: [chunk] })];
    }
    return [partOf(this.#id, { blocks: [block] })];
  }

  #delta({ type, text, thinking, partial_json: json, citation }: SdkItem, index: unknown) {
    if (type === 'text_delta') return textOfAssistant(this.#id, text);
    if (type === 'thinking_delta') return reasoningOfAssistant(this.#id, thinking);
    if (type === 'input_json_delta' && typeof json === 'string' && json !== '') {
      return [partOf(this.#id, { toolCallChunks: [{ index: numberOf(index) ?? 0, args: json }] })];
    }
    if (type === 'citations_delta') return this.#citation(recordOf(citation));
    return [];
  }

  #citation({ url, title, document_title: document, cited_text: cited }: SdkItem): ModelPiece[] {
    const name = textOf(title) ?? textOf(document);
    const citation = {
      ...(typeof url === 'string' && { url }),
      ...(name !== undefined && { title: name }),
      ...(typeof cited === 'string' && { citedText: cited }),
    };
    return [partOf(this.#id, { citations: [citation] })];
  }

  #end({ stop_reason: reason }: SdkItem, usage: unknown): ModelPiece {
    const { output_tokens: output } = recordOf(usage);
    return partOf(this.#id, {
      ...usageOf({ output_tokens: output }),
      ...(typeof reason === 'string' && { finishReason: reason }),
    });
  }
}
