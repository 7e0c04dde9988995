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

/**
 * The file name that a given name stands for.
 *
 * @throws SchematicError when no class could be called so
 */
export function fileName(name: string): string {
  const kebab = kebabCase(name);
  if (/^[a-z][a-z\d-]*$/.test(kebab)) return kebab;
  throw new SchematicError(
    `"${name}" cannot name a class. Use letters, digits and dashes, a letter first.`,
  );
}
