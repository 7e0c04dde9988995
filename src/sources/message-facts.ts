import type { StreamedCitation, StreamedUsage } from '../protocol/streamed-message.js';
import { isRecord, listOf, numberOf, recordOf, textOf } from '../common/is-record.js';
import type { MessageLike } from './message-like.js';

/** LangChain's `usage_metadata`. */
export function usageOf(metadata: unknown): StreamedUsage | undefined {
  if (!isRecord(metadata)) return undefined;
  const inputTokens = numberOf(metadata['input_tokens']) ?? 0;
  const outputTokens = numberOf(metadata['output_tokens']) ?? 0;
  const totalTokens = numberOf(metadata['total_tokens']) ?? inputTokens + outputTokens;
  if (totalTokens === 0) return undefined;
  const cached = numberOf(recordOf(metadata['input_token_details'])['cache_read']);
  const reasoning = numberOf(recordOf(metadata['output_token_details'])['reasoning']);
  return {
    inputTokens,
    outputTokens,
    totalTokens,
    ...(cached !== undefined && { cachedInputTokens: cached }),
    ...(reasoning !== undefined && { reasoningTokens: reasoning }),
  };
}

/** Why the model stopped. Each provider has its own field and its own words for it. */
export function finishReasonOf(message: MessageLike): string | undefined {
  return firstText(message, ['finish_reason', 'finishReason', 'stop_reason', 'stopReason']);
}

/** The model's name. */
export function modelOf(message: MessageLike): string | undefined {
  return firstText(message, ['model_name', 'model', 'modelName']);
}

function firstText(message: MessageLike, keys: readonly string[]): string | undefined {
  for (const place of ['response_metadata', 'additional_kwargs']) {
    const facts = recordOf(message[place]);
    for (const key of keys) if (typeof facts[key] === 'string' && facts[key]) return facts[key];
  }
  return undefined;
}

/** The sources that a message cites: in its text blocks, or beside its content. */
export function citationsOf(message: MessageLike): StreamedCitation[] {
  const beside = ['additional_kwargs', 'response_metadata'].map((key) => recordOf(message[key]));
  const places = [...listOf(message.content).map(recordOf), ...beside];
  return places
    .flatMap((place) => [...listOf(place['annotations']), ...listOf(place['citations'])])
    .map(toCitation)
    .filter((citation) => Object.keys(citation).length > 0);
}

/** OpenAI, Anthropic and LangChain's standard blocks; Perplexity has only addresses. */
function toCitation(annotation: unknown): StreamedCitation {
  if (typeof annotation === 'string') return { url: annotation };
  const facts = recordOf(annotation);
  const url = textOf(facts['url']) ?? textOf(facts['source']);
  const title = textOf(facts['title']) ?? textOf(facts['document_title']);
  const citedText = textOf(facts['citedText']) ?? textOf(facts['cited_text']);
  const startIndex = numberOf(facts['startIndex']) ?? numberOf(facts['start_index']);
  const endIndex = numberOf(facts['endIndex']) ?? numberOf(facts['end_index']);
  return {
    ...(url !== undefined && { url }),
    ...(title !== undefined && { title }),
    ...(citedText !== undefined && { citedText }),
    ...(startIndex !== undefined && { startIndex }),
    ...(endIndex !== undefined && { endIndex }),
  };
}
