import { PACKAGE } from '../core/package-name.js';
import type { Comment, SourceFile } from '../core/source-file.js';
import { isKind, type Node, type Range, rangeOf, walk } from '../core/syntax.js';

/** A name of the package in a JSDoc comment. */
export interface JsDocName {
  readonly name: string;
  /** Where the name is written. */
  readonly range: Range;
  /** Whether other comments of the file use the name, as after an `@import` without an alias. */
  readonly isImported: boolean;
  /** The comment, as the place of what is wrong with the name. */
  readonly comment: Node;
}

/** A tag of a JSDoc comment whose type is an export of the package. */
export interface JsDocTag {
  readonly tag: string;
  readonly type: string;
  /** The name behind the type, which a parameter has. */
  readonly name: string;
  /** The declaration or expression that the comment is written for. */
  readonly node: Node;
}

const JAVASCRIPT = /\.[cm]?jsx?$/;
const FROM_PACKAGE = `import\\(\\s*['"]${PACKAGE}['"]\\s*\\)\\s*\\.\\s*(\\w+)`;
const IMPORT = new RegExp(`@import\\s*\\{([^}]*)\\}\\s*from\\s*['"]${PACKAGE}['"]`, 'g');
const TYPEDEF = new RegExp(`@typedef\\s*\\{\\s*${FROM_PACKAGE}\\s*\\}\\s*(\\w+)`, 'g');
const TAG = /@(type|satisfies|returns?|param)\s*\{([^{}]*)\}\s*\[?(\w*)/g;
const WRAPPED = /^(?:Promise|Partial|Readonly|Required|NonNullable)\.?<(.*)>$/;

/** The names of the package in the JSDoc comments of a JavaScript file. */
export function jsDocNames(file: SourceFile): JsDocName[] {
  return jsDocComments(file).flatMap((comment) => {
    const { start, end } = comment;
    const text = file.text.slice(start, end);
    const named = (offset: number, name: string, isImported: boolean): JsDocName => ({
      name,
      range: { start: start + offset, end: start + offset + name.length },
      isImported,
      comment: { type: 'CommentBlock', start, end },
    });
    const types = [...text.matchAll(new RegExp(FROM_PACKAGE, 'g'))].map((match) => {
      const [whole, name = ''] = match;
      return named(match.index + whole.length - name.length, name, false);
    });
    return [
      ...types,
      ...importsIn(text).map(({ offset, name, alias }) => named(offset, name, name === alias)),
    ];
  });
}

/** The tags of a JavaScript file that give a type of the package to code. */
export function jsDocTags(file: SourceFile): JsDocTag[] {
  const comments = jsDocComments(file);
  const aliases = new Map(comments.flatMap(({ value }) => aliasesIn(value)));
  return comments.flatMap((comment) => {
    const node = annotatedBy(file, comment);
    if (node === undefined) return [];
    return [...comment.value.matchAll(TAG)].flatMap(([, tag = '', text = '', name = '']) => {
      const type = exportOf(text, aliases);
      return type === undefined ? [] : [{ tag, type, name, node }];
    });
  });
}

/** TypeScript reads types from comments only in JavaScript. */
function jsDocComments(file: SourceFile): readonly Comment[] {
  if (!JAVASCRIPT.test(file.path)) return [];
  return file.comments.filter(({ value }) => value.startsWith('*'));
}

interface ImportedName {
  readonly offset: number;
  readonly name: string;
  readonly alias: string;
}

function importsIn(text: string): ImportedName[] {
  return [...text.matchAll(IMPORT)].flatMap((match) => {
    const [whole, names = ''] = match;
    const list = match.index + whole.indexOf(names);
    return [...names.matchAll(/(\w+)(?:\s+as\s+(\w+))?/g)].map((one) => {
      const [, name = '', alias = name] = one;
      return { offset: list + one.index, name, alias };
    });
  });
}

/** What a comment calls exports of the package, by its names for them. */
function aliasesIn(text: string): [alias: string, name: string][] {
  const defined = [...text.matchAll(TYPEDEF)].map(([, name = '', alias = '']): [string, string] => [
    alias,
    name,
  ]);
  return [...defined, ...importsIn(text).map(({ name, alias }): [string, string] => [alias, name])];
}

/** The export that a type is, apart from what only wraps it. */
function exportOf(text: string, aliases: ReadonlyMap<string, string>): string | undefined {
  const type = text
    .trim()
    .replace(/^[?!]|=$/g, '')
    .replace(/\s*\|\s*(undefined|null)$/, '');
  const [, inner] = WRAPPED.exec(type) ?? [];
  if (inner !== undefined) return exportOf(inner, aliases);
  const [, name] = new RegExp(`^${FROM_PACKAGE}$`).exec(type) ?? [];
  return name ?? aliases.get(type);
}

/** The code right behind a comment: the outermost node that begins there. */
function annotatedBy(file: SourceFile, comment: Comment): Node | undefined {
  let offset = file.skipTrivia(comment.end);
  while (file.text[offset] === '(') offset = file.skipTrivia(offset + 1);
  let found: Node | undefined;
  walk(file.program, (node) => {
    if (found === undefined && node.type !== 'Program' && rangeOf(node).start === offset)
      found = node;
  });
  return found && declared(found);
}

/** What an exported or assigned declaration declares. */
function declared(node: Node): Node {
  const { declaration } = node as { readonly declaration?: Node | null };
  if (declaration) return declared(declaration);
  if (isKind(node, 'VariableDeclaration')) return node.declarations[0] ?? node;
  if (isKind(node, 'ExpressionStatement') && isKind(node.expression, 'AssignmentExpression'))
    return node.expression.right;
  return node;
}
