import type { SourceFile } from '../core/source-file.js';
import type { Symbols } from '../core/symbols.js';
import {
  type ClassDeclaration,
  type Expression,
  isKind,
  type MemberExpression,
  memberName,
  type Node,
} from '../core/syntax.js';

/** A member of a class of the project. */
export interface ClassMemberSite {
  readonly file: SourceFile;
  readonly node: Node;
}

/** What `Config.options`, `this.options` and `Factory.make` name, if the class is seen. */
export function classMember(
  symbols: Symbols,
  file: SourceFile,
  node: MemberExpression,
): ClassMemberSite | undefined {
  const name = memberName(node);
  const site = name === undefined ? undefined : classOf(symbols, file, node.object);
  if (site === undefined) return undefined;
  const isStatic = node.object.type !== 'ThisExpression';
  const member = site.node.body.body.find(
    (one) =>
      (isKind(one, 'ClassMethod') || isKind(one, 'ClassProperty')) &&
      nameOf(one) === name &&
      (!isStatic || one.static),
  );
  const isAssigned = new RegExp(`(this|\\b${nameOfClass(site.node)})\\.${name}\\s*=[^=]`).test(
    site.file.text,
  );
  return member && !isAssigned ? { file: site.file, node: member } : undefined;
}

/** The value of a property. */
export function propertyValue({ node }: ClassMemberSite): Expression | undefined {
  return isKind(node, 'ClassProperty') ? (node.value ?? undefined) : undefined;
}

function classOf(
  symbols: Symbols,
  file: SourceFile,
  object: Node,
): { file: SourceFile; node: ClassDeclaration } | undefined {
  if (object.type === 'ThisExpression') {
    let owner = file.parentOf(object);
    while (owner && !isKind(owner, 'ClassDeclaration')) owner = file.parentOf(owner);
    return owner && { file, node: owner };
  }
  const target = isKind(object, 'Identifier') ? symbols.resolve(file, object) : undefined;
  return target?.kind === 'local' && isKind(target.node, 'ClassDeclaration')
    ? { file: target.file, node: target.node }
    : undefined;
}

function nameOf({ key }: { readonly key: Node }): string | undefined {
  return isKind(key, 'Identifier') ? key.name : undefined;
}

function nameOfClass({ id }: ClassDeclaration): string {
  return id?.name ?? '';
}
