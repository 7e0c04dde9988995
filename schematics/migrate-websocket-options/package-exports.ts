import { PACKAGE } from '../core/package-name.js';
import type { SourceFile } from '../core/source-file.js';
import type { Symbols } from '../core/symbols.js';
import { type Identifier, type Node } from '../core/syntax.js';

/** Which export of the package an expression or type name is, whatever it is called here. */
export function packageExport(symbols: Symbols, file: SourceFile, node: Node): string | undefined {
  if (node.type === 'Identifier') {
    const target = symbols.resolve(file, node as Identifier);
    if (target?.kind === 'package') return target.specifier === PACKAGE ? target.name : undefined;
    const init =
      target?.node.type === 'VariableDeclarator' && 'init' in target.node && target.node.init;
    const isAlias = init && /^(Identifier|MemberExpression)$/.test((init as Node).type);
    return isAlias && target ? packageExport(symbols, target.file, init as Node) : undefined;
  }
  const qualified = qualifiedName(node);
  if (qualified === undefined) return undefined;
  return packageExport(symbols, file, qualified.object) === '*'
    ? qualified.name
    : exportOfModule(symbols, file, qualified);
}

interface QualifiedName {
  readonly object: Node;
  readonly name: string;
}

/** `streaming.StreamingModule`, in a value or in a type. */
function qualifiedName(node: Node): QualifiedName | undefined {
  const [object, property] =
    'object' in node && 'property' in node
      ? [node.object, node.property]
      : 'left' in node && 'right' in node
        ? [node.left, node.right]
        : [];
  if (!object || !property) return undefined;
  const name = (property as Partial<Identifier>).name;
  return name === undefined ? undefined : { object: object as Node, name };
}

/** `local.StreamingModule`, where `local` is a module of the project that re-exports it. */
function exportOfModule(
  symbols: Symbols,
  file: SourceFile,
  { object, name }: QualifiedName,
): string | undefined {
  if (object.type !== 'Identifier') return undefined;
  const target = symbols.resolve(file, object as Identifier);
  if (target?.kind !== 'local' || target.node.type !== 'Program') return undefined;
  const exported = symbols.exported(target.file.path, name);
  return exported?.kind === 'package' && exported.specifier === PACKAGE ? exported.name : undefined;
}
