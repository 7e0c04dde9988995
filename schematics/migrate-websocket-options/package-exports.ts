import { PACKAGE } from '../core/package-name.js';
import type { SourceFile } from '../core/source-file.js';
import type { Symbols } from '../core/symbols.js';
import { type Identifier, type Node } from '../core/syntax.js';

/** Which export of the package an expression or type name is, whatever it is called here. */
export function packageExport(symbols: Symbols, file: SourceFile, node: Node): string | undefined {
  if (node.type === 'Identifier') {
    const target = symbols.resolve(file, node as Identifier);
    if (target?.kind === 'package') return target.specifier === PACKAGE ? target.name : undefined;
    const aliased = target && aliasedBy(target.node);
    return aliased && packageExport(symbols, target.file, aliased);
  }
  const qualified = qualifiedName(node);
  if (qualified === undefined) return undefined;
  return packageExport(symbols, file, qualified.object) === '*'
    ? qualified.name
    : exportOfModule(symbols, file, qualified);
}

/** What a declaration only gives another name: `const x = y.z`, `import x = y.z`, `class x extends y.z`. */
function aliasedBy(declaration: Node): Node | undefined {
  const { init, moduleReference, superClass } = declaration as Node &
    Readonly<Record<string, Node | null | undefined>>;
  const aliased = init ?? moduleReference ?? superClass;
  const isName = /^(Identifier|MemberExpression|TSQualifiedName)$/.test(aliased?.type ?? '');
  return isName ? (aliased ?? undefined) : undefined;
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
