/** Everything that could change how a terminal or a log viewer shows a line (C0, C1, bidi, line separators). */
const CONTROLS =
  // oxlint-disable-next-line no-control-regex -- control characters are what this looks for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Makes text of a client safe for a log line: cuts it, and escapes control characters. */
export function printable(text: string, maxLength: number): string {
  return text
    .slice(0, maxLength)
    .replace(CONTROLS, (character) => `\\u${hex(character.charCodeAt(0))}`);
}

const hex = (code: number): string => code.toString(16).padStart(4, '0');
