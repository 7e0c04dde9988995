import { StreamingError } from '../../errors/streaming.error.js';
import type { Principal } from '../principal.js';

/** Returns whether a principal may join a room. */
export type RoomRule = (roomId: string, principal: Principal) => boolean | Promise<boolean>;

/**
 * Which rooms a principal may join: one pattern, several patterns, or a function that decides.
 *
 * A pattern is a room id that may contain placeholders. `*` stands for one or more characters except `/` and
 * `:`. `{principalId}` and `{tenant}` stand for the id and the tenant of the principal.
 *
 * ```ts
 * rooms: ['lobby', 'user:{principalId}', 'tenant:{tenant}/*']
 * ```
 *
 * Ids are unique only within a tenant. If you have tenants, write `user:{tenant}/{principalId}`.
 *
 * If the id or the tenant of a principal contains `/` or `:`, its placeholder matches no room: otherwise
 * a user could choose an id that opens the room of another user. Use a function for such ids.
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
 * Compares names as texts and makes no regular expression of them, so a crafted name has no special meaning.
 * It goes through the pattern once, and keeps all positions in the room id that the parts so far can match.
 * So the time is limited by the lengths of the pattern and the room id.
 */
function matches(pattern: readonly PatternPart[], roomId: string, principal: Principal): boolean {
  let places: readonly number[] = [0];
  for (const part of pattern) {
    if (places.length === 0) return false;
    places = advance(part, roomId, places, principal);
  }
  return places.at(-1) === roomId.length;
}

/** The positions where `part` can end if it begins at one of `places`. Both lists are ascending. */
function advance(
  part: PatternPart,
  roomId: string,
  places: readonly number[],
  principal: Principal,
): readonly number[] {
  if ('literal' in part) return afterText(part.literal, roomId, places);
  if (part.placeholder === '*') return withinSegment(roomId, places);
  const value = part.placeholder === '{tenant}' ? principal.tenant : principal.id;
  return value === undefined || SEPARATORS.test(value) ? [] : afterText(value, roomId, places);
}

function afterText(text: string, roomId: string, places: readonly number[]): readonly number[] {
  const found = places.filter((place) => roomId.startsWith(text, place));
  return found.map((place) => place + text.length);
}

/** `*` is one or more characters of one segment. */
function withinSegment(roomId: string, places: readonly number[]): readonly number[] {
  const ends: number[] = [];
  let next = 0;
  let open = false;
  for (let place = places[0] ?? 0; place < roomId.length; place += 1) {
    if (places[next] === place) {
      open = true;
      next += 1;
    }
    if (SEPARATORS.test(roomId.charAt(place))) open = false;
    else if (open) ends.push(place + 1);
  }
  return ends;
}

function invalidPattern(pattern: string, fault: string): StreamingError {
  return new StreamingError(
    'INVALID_OPTIONS',
    `The room pattern "${pattern}" ${fault}. A pattern may contain *, {principalId} and {tenant}.`,
  );
}
