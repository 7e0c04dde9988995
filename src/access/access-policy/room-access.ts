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
 * Ids are unique only within a tenant: if you have tenants, write `user:{tenant}/{principalId}`.
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
 * one cannot mean anything. It goes through the pattern once, with all places of the id that the parts
 * before can have led to, so its work is bounded by the two lengths.
 */
function matches(pattern: readonly PatternPart[], roomId: string, principal: Principal): boolean {
  let places: readonly number[] = [0];
  for (const part of pattern) {
    if (places.length === 0) return false;
    places = advance(part, roomId, places, principal);
  }
  return places.at(-1) === roomId.length;
}

/** Where `part` can end that begins at one of `places`; both are in ascending order. */
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
    `The room pattern "${pattern}" ${fault}. Patterns know *, {principalId} and {tenant}.`,
  );
}
