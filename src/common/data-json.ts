/** How deep the search for bytes goes. Deeper bytes are unlikely, and `JSON.stringify` refuses cycles. */
const MAX_DEPTH = 32;

/**
 * Encodes data of an application as JSON. Bytes become Base64; `JSON.stringify` would make an object of their
 * indices.
 */
export function dataJson(data: unknown): string | undefined {
  return hasBytes(data, MAX_DEPTH) ? JSON.stringify(withText(data)) : JSON.stringify(data);
}

function hasBytes(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null || depth === 0) return false;
  if (isBytes(value)) return true;
  if (Array.isArray(value)) return value.some((item) => hasBytes(item, depth - 1));
  // Objects with `toJSON` are left to `JSON.stringify`.
  if ('toJSON' in value) return false;
  for (const key in value) {
    if (hasBytes((value as Readonly<Record<string, unknown>>)[key], depth - 1)) return true;
  }
  return false;
}

function withText(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (isBytes(value)) return toBase64(value);
  if (Array.isArray(value)) return value.map(withText);
  if ('toJSON' in value) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withText(item)]));
}

function isBytes(value: object): value is ArrayBuffer | ArrayBufferView {
  return ArrayBuffer.isView(value) || value instanceof ArrayBuffer;
}

function toBase64(bytes: ArrayBuffer | ArrayBufferView): string {
  const buffer = ArrayBuffer.isView(bytes)
    ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : Buffer.from(bytes);
  return buffer.toString('base64');
}
