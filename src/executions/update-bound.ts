import { draftUpdate, type UpdateDraft, type UpdateInput } from '../log/log-entry.js';
import type { InterruptRequest, OmittedData } from '../protocol/stream-update.js';

/** The marker for data that is too large for an update. */
export function omitted(maxBytes: number): OmittedData {
  return { omitted: { code: 'UPDATE_TOO_LARGE', maxBytes } };
}

/**
 * Encodes an update. Data that is too large is replaced by a marker.
 *
 * @throws StreamingError the codes of `draftUpdate`
 */
export function draftBounded(input: UpdateInput, maxBytes: number): UpdateDraft {
  const draft = draftUpdate(input);
  if (!isLarger(draft.dataJson, maxBytes)) return draft;
  return draftUpdate({ ...input, data: omitted(maxBytes), dataJson: undefined });
}

/** Returns a part of the data of an update, or the marker if this part alone is too large. */
export function boundedPart(value: unknown, maxBytes: number): unknown {
  try {
    return isLarger(JSON.stringify(value) ?? '', maxBytes) ? omitted(maxBytes) : value;
  } catch (error) {
    // Data that cannot be JSON is refused when the update is encoded. Data longer than the longest string is
    // too large.
    return error instanceof RangeError ? omitted(maxBytes) : value;
  }
}

/** Returns the questions. Values that are too large are replaced by a marker. */
export function boundedRequests(
  requests: readonly InterruptRequest[],
  maxBytes: number,
): InterruptRequest[] {
  return requests.map(({ id, value }) => ({ id, value: boundedPart(value, maxBytes) }));
}

/** A character of JSON takes up to three bytes. */
function isLarger(json: string, maxBytes: number): boolean {
  return json.length * 3 > maxBytes && Buffer.byteLength(json) > maxBytes;
}

/** A character of text may take six of JSON. */
const JSON_PER_CHARACTER = 6;

/** Splits text into parts that each fit into an update, without splitting a character. */
export function textParts(text: string, maxBytes: number): readonly string[] {
  const maxLength = Math.max(1, Math.floor(maxBytes / JSON_PER_CHARACTER) - 100);
  if (text.length <= maxLength) return [text];
  const parts: string[] = [];
  for (let at = 0; at < text.length;) {
    const end = at + maxLength;
    const isCut = (text.codePointAt(end - 1) ?? 0) > 0xffff;
    const part = text.slice(at, isCut ? end + 1 : end);
    parts.push(part);
    at += part.length;
  }
  return parts;
}
