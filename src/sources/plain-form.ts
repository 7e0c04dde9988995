import { types } from 'node:util';
import { SAFE_ERROR } from '../errors/safe-error.js';
import { storedMessageOf, toStreamedMessage } from './streamed-message.js';

/** The marker for an object or a property whose getter, `toJSON` or proxy throws. */
export const UNREADABLE = '[Unreadable]';

/** The form in which an object is copied: a value that replaces it, a list, or a record. */
export type Form =
  | { readonly value: unknown }
  | { readonly list: readonly unknown[] }
  | { readonly record: object; readonly keys: readonly string[] };

/**
 * The form of an object. It is found by kind, not by class: an object may come from another realm, where
 * `instanceof` fails.
 */
export function formOf(object: object): Form {
  try {
    const prototype: unknown = Object.getPrototypeOf(object);
    const isPlain = prototype === Object.prototype || prototype === null;
    const form = isPlain ? undefined : (ownForm(object) ?? dataForm(object));
    return form ?? messageForm(object) ?? plainForm(object);
  } catch {
    return { value: UNREADABLE };
  }
}

function ownForm(object: object): Form | undefined {
  if (Array.isArray(object)) return { list: object };
  if (types.isNativeError(object) || object instanceof Error) return { value: SAFE_ERROR };
  if (types.isDate(object)) {
    return { value: Number.isNaN(object.getTime()) ? null : object.toISOString() };
  }
  if (types.isRegExp(object)) return { value: String(object) };
  if (types.isBoxedPrimitive(object)) return { value: object.valueOf() };
  if (types.isSet(object)) return { list: [...object] };
  if (types.isMap(object)) return mapForm(object);
  return undefined;
}

/** A map becomes a record, unless two of its keys would become the same key. */
function mapForm(map: ReadonlyMap<unknown, unknown>): Form {
  const names = new Set([...map.keys()].filter(isName).map(String));
  return names.size === map.size ? recordForm(entriesToRecord(map)) : { list: [...map] };
}

function isName(key: unknown): key is string | number | boolean | bigint | null | undefined {
  return typeof key !== 'object' || key === null;
}

function dataForm(object: object): Form | undefined {
  if (types.isArrayBufferView(object)) {
    const { buffer, byteOffset, byteLength } = object;
    return { value: Buffer.from(buffer, byteOffset, byteLength).toString('base64') };
  }
  if (types.isAnyArrayBuffer(object)) return { value: Buffer.from(object).toString('base64') };
  if (object instanceof Blob) {
    const { size, type } = object;
    return recordForm('name' in object ? { name: object.name, size, type } : { size, type });
  }
  if (object instanceof URLSearchParams) return { value: String(object) };
  if (object instanceof Headers || object instanceof FormData) {
    return recordForm(entriesToRecord(object as Iterable<[string, unknown]>));
  }
  return undefined;
}

function messageForm(object: object): Form | undefined {
  try {
    const message = storedMessageOf(object);
    return message && recordForm(toStreamedMessage(message));
  } catch {
    // A getter threw. The other properties can be read.
    return undefined;
  }
}

function plainForm(object: object): Form {
  if (!hasToJson(object)) return recordForm(object);
  const json = object.toJSON();
  return json === object ? recordForm(object) : { value: json };
}

function hasToJson(object: object): object is { toJSON(): unknown } {
  return 'toJSON' in object && typeof object.toJSON === 'function';
}

function recordForm(record: object): Form {
  return { record, keys: Object.keys(record) };
}

function entriesToRecord(entries: Iterable<readonly [unknown, unknown]>): object {
  return Object.fromEntries([...entries].map(([key, value]) => [String(key), value]));
}
