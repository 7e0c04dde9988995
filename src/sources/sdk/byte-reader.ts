/** The longest character of UTF-8, in bytes. */
const LONGEST = 4;

/** The result of reading some bytes. */
export type DecodedBytes =
  | { readonly text: string }
  /** The bytes are not text. */
  | { readonly bytes: Uint8Array };

/**
 * Reads chunks of bytes as UTF-8 text. A chunk may end within a character. Bytes that are not text stay
 * bytes, and so do all later bytes.
 */
export class ByteReader {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  /** The beginning of a character whose end has not come yet. */
  #rest: Uint8Array = new Uint8Array();
  #isText = true;

  read(chunk: Uint8Array): DecodedBytes {
    if (!this.#isText) return { bytes: chunk };
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const whole = bytes.length - incompleteAtEnd(bytes);
    try {
      const text = this.#decoder.decode(bytes.subarray(0, whole));
      this.#rest = bytes.slice(whole);
      return { text };
    } catch {
      this.#isText = false;
      this.#rest = new Uint8Array();
      return { bytes };
    }
  }

  /** The beginning of a character whose end never came, if there is one. */
  end(): Uint8Array | undefined {
    const rest = this.#rest;
    this.#rest = new Uint8Array();
    return rest.length > 0 ? rest : undefined;
  }
}

/** How many bytes at the end belong to an incomplete character. */
function incompleteAtEnd(bytes: Uint8Array): number {
  for (let length = 1; length < LONGEST && length <= bytes.length; length += 1) {
    const byte = bytes[bytes.length - length] ?? 0;
    const isContinuation = (byte & 0b1100_0000) === 0b1000_0000;
    if (!isContinuation) return lengthOfCharacter(byte) > length ? length : 0;
  }
  return 0;
}

/** The length of the character that a byte begins; 1 if it begins no character. */
function lengthOfCharacter(first: number): number {
  if (first >= 0b1111_0000 && first < 0b1111_1000) return 4;
  if (first >= 0b1110_0000) return first < 0b1111_0000 ? 3 : 1;
  return first >= 0b1100_0000 ? 2 : 1;
}
