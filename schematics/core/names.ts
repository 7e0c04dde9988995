import { SchematicError } from './schematic-error.js';

/** `ChatRoom` and `chatRoom` as `chat-room`. */
function kebabCase(name: string): string {
  return name
    .trim()
    .replace(/([a-z\d])([A-Z])/g, '$1-$2')
    .replace(/[\s_]+/g, '-')
    .toLowerCase();
}

/** `chat-room` as `ChatRoom`. */
export function pascalCase(name: string): string {
  return kebabCase(name)
    .split('-')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');
}

/** `chat-room` as `chatRoom`. */
export function camelCase(name: string): string {
  const pascal = pascalCase(name);
  return pascal.charAt(0).toLowerCase() + pascal.slice(1);
}

/** With these names a generated class would have the name of one of the library. */
const TAKEN = ['streaming', 'streaming-web-socket', 'stream', 'lang-graph'];

/** Whether the library has a class of the name that would be generated. */
export function isTaken(kebab: string): boolean {
  return TAKEN.includes(kebab);
}

/**
 * The file name that a given name stands for.
 *
 * @throws SchematicError when no class could be called so
 */
export function fileName(name: string): string {
  const kebab = kebabCase(name);
  if (isTaken(kebab)) {
    throw new SchematicError(
      `"${name}" would name a class as the library names one. Choose a name such as chat.`,
    );
  }
  if (/^[a-z][a-z\d]*(-[a-z\d]+)*$/.test(kebab)) return kebab;
  throw new SchematicError(
    `"${name}" cannot name a class. Use letters, digits and dashes, a letter first.`,
  );
}
