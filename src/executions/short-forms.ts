import { isRecord } from '../common/is-record.js';
import type { TokenOptions } from './emitter.js';

const TOKEN_FACTS = new Set(['content', 'role', 'messageId', 'blockIndex']);
const PROGRESS_FACTS = new Set(['progress', 'message']);

/**
 * Reads `data` of a `token` update that `Emitter.token` can also emit.
 *
 * @returns undefined for data with further fields, and for data that is not text
 */
export function readToken(
  data: unknown,
): { readonly content: string; readonly options: TokenOptions } | undefined {
  if (!isRecord(data) || !says(data, TOKEN_FACTS)) return undefined;
  const { content, role, messageId, blockIndex } = data;
  if (typeof content !== 'string' || !isOptional(role, 'string')) return undefined;
  if (!isOptional(messageId, 'string') || !isOptional(blockIndex, 'number')) return undefined;
  return { content, options: { role, messageId, blockIndex } };
}

/** Reads `data` of a `progress` update that `Emitter.progress` can also emit. */
export function readProgress(
  data: unknown,
): { readonly progress: number; readonly message: string | undefined } | undefined {
  if (!isRecord(data) || !says(data, PROGRESS_FACTS)) return undefined;
  const { progress, message } = data;
  if (typeof progress !== 'number' || !isOptional(message, 'string')) return undefined;
  return { progress, message };
}

function says(data: Record<string, unknown>, facts: ReadonlySet<string>): boolean {
  return Object.keys(data).every((key) => facts.has(key));
}

interface Primitives {
  readonly string: string;
  readonly number: number;
}

function isOptional<TName extends keyof Primitives>(
  value: unknown,
  type: TName,
): value is Primitives[TName] | undefined {
  return value === undefined || typeof value === type;
}
