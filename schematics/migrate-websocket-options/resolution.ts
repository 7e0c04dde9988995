import type { SourceFile } from '../core/source-file.js';
import type { Expression, ObjectExpression, VariableDeclarator } from '../core/syntax.js';

/** An expression and the file it is in. */
export interface Value {
  readonly file: SourceFile;
  readonly node: Expression;
}

/** An object literal that a value is made of. */
export interface ObjectSite {
  readonly file: SourceFile;
  readonly node: ObjectExpression;
  /** The constant that holds it, when it is not written in place. */
  readonly constant?: VariableDeclarator | undefined;
}

/** What a value is made of. */
export interface Resolution {
  readonly sites: readonly ObjectSite[];
  /** Parts that could not be followed. */
  readonly unresolved: readonly Value[];
}

/** What a value without any options is made of. */
export const NOTHING: Resolution = { sites: [], unresolved: [] };

/** What several values together are made of. */
export function joinResolutions(resolutions: readonly Resolution[]): Resolution {
  return {
    sites: resolutions.flatMap(({ sites }) => sites),
    unresolved: resolutions.flatMap(({ unresolved }) => unresolved),
  };
}
