import { textOf } from '../common/is-record.js';

/**
 * The common fields of LangChain messages and their chunks, by form, because nothing here imports LangChain.
 */
export interface MessageLike {
  readonly content: string | readonly unknown[];
  readonly [key: string]: unknown;
}

/** The usual roles for LangChain's types of messages. */
const ROLES: ReadonlyMap<string, string> = new Map([
  ['human', 'user'],
  ['ai', 'assistant'],
  ['system', 'system'],
  ['tool', 'tool'],
  ['function', 'function'],
  ['developer', 'developer'],
  ['remove', 'remove'],
]);

/** `JSON.stringify` names the class of a message. */
const CLASS_NAME = /^(Human|AI|System|Tool|Function|Remove)Message(Chunk)?$/;

/** The role of a message; undefined if it has none. */
export function roleOf(message: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof message['role'] === 'string') return message['role'];
  const getType = typeOf(message);
  if (typeof getType !== 'function') {
    // The JSON of a message has a type instead.
    const type = textOf(message['type']);
    return type === undefined ? undefined : ROLES.get(type.replace(CLASS_NAME, '$1').toLowerCase());
  }
  const type: unknown = getType.call(message);
  return typeof type === 'string' ? (ROLES.get(type) ?? type) : undefined;
}

/** The method of a LangChain message that returns its type. */
export function typeOf(message: Readonly<Record<string, unknown>>): unknown {
  return message['getType'] ?? message['_getType'];
}
