import { numberOf, recordOf } from '../../common/is-record.js';
import type { StreamedUsage } from '../../protocol/streamed-message.js';
import type { SdkItem } from './sdk-reader.js';

/** The names of the same numbers in different SDKs. */
const NAMES = {
  input: ['inputTokens', 'input_tokens', 'promptTokens', 'prompt_tokens'],
  output: ['outputTokens', 'output_tokens', 'completionTokens', 'completion_tokens'],
  total: ['totalTokens', 'total_tokens'],
  cached: ['cachedInputTokens', 'cached_tokens', 'cacheReadTokens', 'cache_read_input_tokens'],
  reasoning: ['reasoningTokens', 'reasoning_tokens'],
  details: [
    'inputTokenDetails',
    'outputTokenDetails',
    'input_tokens_details',
    'output_tokens_details',
    'prompt_tokens_details',
    'completion_tokens_details',
  ],
} as const;

/**
 * Returns the usage that a model reports, from the names of any SDK; an empty object if it reports nothing.
 */
export function usageOf(usage: unknown): { readonly usage?: StreamedUsage } {
  const reported = recordOf(usage);
  const details = NAMES.details.flatMap((name) => Object.entries(recordOf(reported[name])));
  const all: SdkItem = { ...reported, ...Object.fromEntries(details) };
  const inputTokens = count(all, NAMES.input);
  const outputTokens = count(all, NAMES.output);
  if (inputTokens + outputTokens === 0) return {};
  const cachedInputTokens = count(all, NAMES.cached);
  const reasoningTokens = count(all, NAMES.reasoning);
  return {
    usage: {
      inputTokens,
      outputTokens,
      totalTokens: count(all, NAMES.total) || inputTokens + outputTokens,
      ...(cachedInputTokens > 0 && { cachedInputTokens }),
      ...(reasoningTokens > 0 && { reasoningTokens }),
    },
  };
}

function count(usage: SdkItem, names: readonly string[]): number {
  return numberOf(names.map((name) => usage[name]).find((value) => typeof value === 'number')) ?? 0;
}
