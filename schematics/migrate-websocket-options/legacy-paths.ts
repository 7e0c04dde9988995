import { schemaAt } from './json-schema.js';
import { hasLegacyKeysBelow, LEGACY_KEYS, legacyKeyAt } from './legacy-keys.js';
import { OPTION_SCHEMA } from './option-schema.js';

/** Whether a path is one of 0.x, and none of now. */
export function isLegacyPath(path: string): boolean {
  const isOld = legacyKeyAt(path) !== undefined || hasLegacyKeysBelow(path);
  return isOld && schemaAt(OPTION_SCHEMA, path) === undefined;
}

/** The path that takes the place of one, or of everything below it. */
export function currentPathOf(path: string): string | undefined {
  const rows = LEGACY_KEYS.filter(({ legacy }) => legacy === path || legacy.startsWith(`${path}.`));
  const [first, ...others] = rows.flatMap(({ current }) => current ?? []);
  const parts = (first ?? '').split('.');
  while (!others.every((other) => `${other}.`.startsWith(`${parts.join('.')}.`))) parts.pop();
  return first === undefined ? undefined : parts.join('.');
}
