import type { SourceFile } from '../core/source-file.js';
import type {
  Expression,
  FunctionLike,
  Node,
  ObjectExpression,
  VariableDeclarator,
} from '../core/syntax.js';

/** An expression and the file it is in. */
export interface Value {
  readonly file: SourceFile;
  readonly node: Expression;
}

/** A type that was written for a value which holds a literal. */
export interface WrittenType {
  readonly file: SourceFile;
  readonly node: Node;
  /** The keys that lead from a value of the type to the literal. */
  readonly path: readonly string[];
}

/** How a literal is reached from where it is used. */
export interface Route {
  /** The constant that holds it, when it is not written in place. */
  readonly constant?: VariableDeclarator | undefined;
  /** The function that returns it. */
  readonly maker?: FunctionLike | undefined;
  readonly types?: readonly WrittenType[] | undefined;
}

/** An object literal that a value is made of. */
export interface ObjectSite extends Route {
  readonly file: SourceFile;
  readonly node: ObjectExpression;
}

/** What a value is made of. */
export interface Resolution {
  readonly sites: readonly ObjectSite[];
  /** Parts that could not be followed. */
  readonly unresolved: readonly Value[];
  /** Whether it may also be nothing: undefined, false. */
  readonly isOptional?: boolean | undefined;
}

/** What a value without any options is made of. */
export const NOTHING: Resolution = { sites: [], unresolved: [], isOptional: true };

/** What several values together are made of. */
export function joinResolutions(resolutions: readonly Resolution[]): Resolution {
  return {
    sites: resolutions.flatMap(({ sites }) => sites),
    unresolved: resolutions.flatMap(({ unresolved }) => unresolved),
    isOptional: resolutions.some(({ isOptional }) => isOptional),
  };
}
