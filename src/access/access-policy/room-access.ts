import { StreamingError } from '../../errors/streaming.error.js';
import type { Principal } from '../principal.js';

/** Whether a principal may enter a room. */
export type RoomRule = (roomId: string, principal: Principal) => boolean | Promise<boolean>;

/**
 * Which rooms a principal may join: a pattern, several, or a function that decides.
 *
 * A pattern is the room id with these in it: `*` stands for any text without `/` and `:`,
 * `{principalId}` and `{tenant}` for what the credential says. Everything else stands for itself.
 *
 * ```ts
 * rooms: ['lobby', 'user:{principalId}', 'tenant:{tenant}/*']
 * ```
 *
 * A principal whose id or tenant contains `/` or `:` is in no room by placeholder, so that no name
 * can be chosen that reads as another's room; use a function for such ids.
 *
 * @publicApi
 */
export type RoomAccess = string | readonly string[] | RoomRule;

/**
 * @throws StreamingError `INVALID_OPTIONS` when a pattern is empty or has an unknown placeholder
 */
export function compileRoomAccess(access: RoomAccess): RoomRule {
  if (typeof access === 'function') return access;
  const patterns = [access].flat().map(parsePattern);
  return (roomId, principal) => patterns.some((pattern) => matches(pattern, roomId, principal));
}

type Placeholder = '*' | '{principalId}' | '{tenant}';
type PatternPart = { readonly literal: string } | { readonly placeholder: Placeholder };

const SEPARATORS = /[/:]/;
const PARTS = /(\*|\{[^}]*\})/;
const PLACEHOLDERS: readonly string[] = ['*', '{principalId}', '{tenant}'] satisfies Placeholder[];

function parsePattern(pattern: string): readonly PatternPart[] {
  if (pattern === '') throw invalidPattern(pattern, 'is empty');
  const parts = pattern.split(PARTS).filter((part) => part !== '');
  return parts.map((part) => {
    if (isPlaceholder(part)) return { placeholder: part };
    if (part.startsWith('{')) throw invalidPattern(pattern, `has an unknown placeholder ${part}`);
    return { literal: part };
  });
}

function isPlaceholder(part: string): part is Placeholder {
  return PLACEHOLDERS.includes(part);
}

/**
 * Names are only ever compared as texts: none becomes part of a regular expression, so a crafted
 * one cannot mean anything.
 */
function matches(pattern: readonly PatternPart[], roomId: string, principal: Principal): boolean {
  let rest: readonly string[] = [roomId];
  for (const part of pattern) {
    rest = [...new Set(rest.flatMap((text) => consume(part, text, principal)))];
  }
  return rest.includes('');
}

/** What can be left of `text` after `part` stood at its beginning. */
function consume(part: PatternPart, text: string, principal: Principal): readonly string[] {
  if ('literal' in part) return withoutPrefix(text, part.literal);
  if (part.placeholder === '*') return withoutSegment(text);
  const value = part.placeholder === '{tenant}' ? principal.tenant : principal.id;
  return value === undefined || SEPARATORS.test(value) ? [] : withoutPrefix(text, value);
}

function withoutPrefix(text: string, prefix: string): readonly string[] {
  return text.startsWith(prefix) ? [text.slice(prefix.length)] : [];
}

/** `*` is one or more characters of one segment. */
function withoutSegment(text: string): readonly string[] {
  const end = text.search(SEPARATORS);
  const length = end === -1 ? text.length : end;
  return Array.from({ length }, (_, index) => text.slice(index + 1));
}

function invalidPattern(pattern: string, fault: string): StreamingError {
  return new StreamingError(
    'INVALID_OPTIONS',
    `The room pattern "${pattern}" ${fault}. Patterns know *, {principalId} and {tenant}.`,
  );
}
