const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Whether a text is well-formed Unicode. A JavaScript string may contain half of a surrogate pair, which
 * UTF-8 cannot express. Outside of this process, two such texts would become the same text.
 */
export function isWellFormed(text: string): boolean {
  return !LONE_SURROGATE.test(text);
}
