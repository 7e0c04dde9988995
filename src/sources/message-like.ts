import { textOf } from '../common/is-record.js';

/** What LangChain messages and their chunks have in common, by shape: nothing here imports them. */
export interface MessageLike {
  readonly content: string | readonly unknown[];
  readonly [key: string]: unknown;
}

/** LangChain's types of messages as the roles that everybody knows. */
const ROLES: Readonly<Record<string, string>> = {
  human: 'user',
  ai: 'assistant',
  system: 'system',
  tool: 'tool',
  function: 'function',
  developer: 'developer',
};

/** `JSON.stringify` names the class of a message. */
const CLASS_NAME = /^(Human|AI|System|Tool|Function)Message(Chunk)?$/;

/** The role of a message; undefined when it tells none. */
export function roleOf(message: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof message['role'] === 'string') return message['role'];
  const getType = typeOf(message);
  if (typeof getType !== 'function') {
    // The JSON of a message has a type instead.
    const type = textOf(message['type']);
    return type === undefined ? undefined : ROLES[type.replace(CLASS_NAME, '$1').toLowerCase()];
  }
  const type: unknown = getType.call(message);
  return typeof type === 'string' ? (ROLES[type] ?? type) : undefined;
}

/** The method by which a message of LangChain tells its type. */
export function typeOf(message: Readonly<Record<string, unknown>>): unknown {
  return message['getType'] ?? message['_getType'];
}
