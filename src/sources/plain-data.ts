import { SAFE_ERROR } from '../errors/safe-error.js';
import { storedMessageOf, toStreamedMessage } from './streamed-message.js';

/**
 * A copy of `value` that JSON can express: messages become {@link StreamedMessage}, dates and
 * BigInts strings, binary data Base64, errors a {@link SAFE_ERROR}; functions are left out and a
 * reference back to an enclosing object becomes `'[Circular]'`.
 */
export function toPlainData(value: unknown): unknown {
  return plain(value, new Set());
}

function plain(value: unknown, enclosing: Set<object>): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'function' || typeof value === 'symbol') return undefined;
  if (typeof value !== 'object' || value === null) return value;
  if (enclosing.has(value)) return '[Circular]';
  enclosing.add(value);
  try {
    return plainObject(value, enclosing);
  } finally {
    enclosing.delete(value);
  }
}

function plainObject(value: object, enclosing: Set<object>): unknown {
  if (Array.isArray(value)) return value.map((item) => plain(item, enclosing) ?? null);
  if (value instanceof Error) return SAFE_ERROR;
  if (value instanceof Set) return plainObject([...value], enclosing);
  if (value instanceof Map) return plainEntries([...value], enclosing);
  if (ArrayBuffer.isView(value)) return base64(value);
  const message = storedMessageOf(value);
  if (message) return plainEntries(Object.entries(toStreamedMessage(message)), enclosing);
  if (hasToJson(value)) return plain(value.toJSON(), enclosing);
  return plainEntries(Object.entries(value), enclosing);
}

function plainEntries(
  entries: readonly (readonly [unknown, unknown])[],
  enclosing: Set<object>,
): Record<string, unknown> {
  return Object.fromEntries(
    entries
      .map(([key, item]) => [String(key), plain(item, enclosing)] as const)
      .filter(([, item]) => item !== undefined),
  );
}

function hasToJson(value: object): value is { toJSON(): unknown } {
  return 'toJSON' in value && typeof value.toJSON === 'function';
}

function base64({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}
