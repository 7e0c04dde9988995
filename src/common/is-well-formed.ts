const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Whether a text is Unicode. A text of JavaScript can have half of a character, which UTF-8 cannot
 * say: two such texts would become one outside of this process.
 */
export function isWellFormed(text: string): boolean {
  return !LONE_SURROGATE.test(text);
}
