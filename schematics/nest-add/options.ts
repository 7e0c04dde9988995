import { SchematicError } from '../core/schematic-error.js';

/** Options of the schematic. What the caller did not choose is undefined. */
export interface NestAddOptions {
  readonly auth?: string;
  readonly namespace?: string;
  readonly async?: boolean;
  readonly example?: boolean;
  readonly module?: string;
  readonly project?: string;
  readonly sourceRoot?: string;
  readonly skipInstall?: boolean;
  readonly skipCollection?: boolean;
}

/** Short flags of the CLI, which hands them on as they are. */
export interface ShortFlags {
  readonly s?: unknown;
  readonly p?: unknown;
  readonly d?: unknown;
}

/**
 * What the caller chose, short flags included.
 *
 * @throws SchematicError for `-d`: the CLI writes files all the same
 */
export function chosenOptions({
  s,
  p,
  d,
  auth,
  ...options
}: NestAddOptions & ShortFlags): NestAddOptions {
  if (d === true) throw new SchematicError('Write --dry-run: nest add does not know -d.');
  const project = options.project ?? (typeof p === 'string' ? p : undefined);
  return {
    ...options,
    // Who is asked, and has nothing to change, chooses the default.
    ...(auth !== undefined && auth !== 'default' && { auth }),
    ...(project !== undefined && { project }),
    ...(s === true && { skipInstall: true }),
  };
}
