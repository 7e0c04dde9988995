/**
 * Adds a non-enumerable property to an object.
 *
 * @returns whether it was added; a frozen object accepts none
 */
export function defineHidden(target: object, property: PropertyKey, value: unknown): boolean {
  return Reflect.defineProperty(target, property, { value, writable: true, configurable: true });
}
