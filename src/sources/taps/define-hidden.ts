/**
 * Gives an object a property of its own that no enumeration shows.
 *
 * @returns whether the object takes it; a frozen one does not
 */
export function defineHidden(target: object, property: PropertyKey, value: unknown): boolean {
  return Reflect.defineProperty(target, property, { value, writable: true, configurable: true });
}
