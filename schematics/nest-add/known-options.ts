import { SchematicError } from '../core/schematic-error.js';
import { suggestion } from '../core/suggestions.js';

const OWN = [
  'auth',
  'namespace',
  'async',
  'example',
  'module',
  'project',
  'sourceRoot',
  'skipInstall',
  'skipCollection',
];

/** Flags of `nest add` itself, which it hands on to the schematic. */
const OF_THE_CLI = [
  's',
  'd',
  'p',
  'dryRun',
  'debug',
  'tag',
  'packageManager',
  'collection',
  'name',
  '_',
  '--',
];

/**
 * Checks the names of options. `nest add` hands on every flag, so that the schema has to be open.
 *
 * @throws SchematicError for a name that nobody knows
 */
export function checkOptionNames(options: object): void {
  for (const name of Object.keys(options)) {
    if (OWN.includes(name) || OF_THE_CLI.includes(name)) continue;
    const meant = suggestion(name, OWN);
    const flag = (option: string): string =>
      `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    const help =
      meant === undefined
        ? `There is: ${OWN.map(flag).join(', ')}.`
        : `Did you mean ${flag(meant)}?`;
    throw new SchematicError(`There is no option ${flag(name)}. ${help}`);
  }
}
