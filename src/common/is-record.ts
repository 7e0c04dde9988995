/** Whether `value` is an object whose properties can be read by name. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Whether `value` is an array, of whatever. */
export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
