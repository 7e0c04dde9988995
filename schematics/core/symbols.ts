import { commonJsExport } from './common-js.js';
import { importedModule, requiredModule } from './required-module.js';
import type { SourceFile } from './source-file.js';
import type { SourceTree } from './source-tree.js';
import {
  type Identifier,
  keyOf,
  type Node,
  type Statement,
  type VariableDeclarator,
} from './syntax.js';

/** What a name stands for. */
export type SymbolTarget =
  | { readonly kind: 'package'; readonly specifier: string; readonly name: string }
  | { readonly kind: 'local'; readonly file: SourceFile; readonly node: Node };

/** Follows names to their declarations: through scopes, imports, `require` and re-exports. */
export class Symbols {
  constructor(private readonly sources: SourceTree) {}

  /** What an identifier stands for where it is used; undefined for globals. */
  resolve(file: SourceFile, identifier: Identifier, seen?: Set<string>): SymbolTarget | undefined {
    let scope: Node | undefined = identifier;
    while (scope !== undefined) {
      const found = declarationIn(file, scope, identifier.name);
      if (found !== undefined) return this.target(file, found, seen);
      scope = file.parentOf(scope);
    }
    return undefined;
  }

  /** What a module exports under a name. */
  exported(path: string, name: string, seen = new Set<string>()): SymbolTarget | undefined {
    const file = this.sources.file(path);
    // Files that import from each other would lead round in circles.
    const key = `${path}#${name}`;
    if (file === undefined || seen.has(key)) return undefined;
    seen.add(key);
    const stars: string[] = [];
    for (const statement of file.program.body) {
      if (statement.type === 'ExportAllDeclaration') {
        stars.push(statement.source.value);
        continue;
      }
      const found = this.exportOf(file, statement, name, seen);
      if (found !== undefined) return found;
    }
    // A package exports whatever it is asked for here, so the project's own modules come first.
    const isOwn = (specifier: string): boolean =>
      this.sources.resolve(path, specifier) !== undefined;
    for (const specifier of stars.toSorted((a, b) => Number(isOwn(b)) - Number(isOwn(a)))) {
      const found = this.imported(file, specifier, name, seen);
      if (found !== undefined) return found;
    }
    const value = commonJsExport(file.program, name);
    if (value?.type === 'Identifier') return this.resolve(file, value, seen);
    return value && { kind: 'local', file, node: value };
  }

  private exportOf(
    file: SourceFile,
    statement: Statement,
    name: string,
    seen: Set<string>,
  ): SymbolTarget | undefined {
    if (statement.type === 'ExportDefaultDeclaration' && name === 'default') {
      const { declaration } = statement;
      if (declaration.type === 'Identifier') return this.resolve(file, declaration, seen);
      return { kind: 'local', file, node: declaration };
    }
    if (statement.type !== 'ExportNamedDeclaration') return undefined;
    if (statement.declaration) {
      const found = declaredBy(statement.declaration, name);
      return found === undefined ? undefined : this.target(file, found, seen);
    }
    for (const specifier of statement.specifiers) {
      if (specifier.type !== 'ExportSpecifier') continue;
      const { exported } = specifier;
      if ((exported.type === 'Identifier' ? exported.name : exported.value) !== name) continue;
      if (statement.source) {
        return this.imported(file, statement.source.value, specifier.local.name, seen);
      }
      return this.resolve(file, specifier.local, seen);
    }
    return undefined;
  }

  private imported(
    file: SourceFile,
    specifier: string,
    name: string,
    seen?: Set<string>,
  ): SymbolTarget | undefined {
    const path = this.sources.resolve(file.path, specifier);
    if (path === undefined) return { kind: 'package', specifier, name };
    if (name !== '*') return this.exported(path, name, seen);
    const module = this.sources.file(path);
    return module && { kind: 'local', file: module, node: module.program };
  }

  private target(file: SourceFile, node: Node, seen?: Set<string>): SymbolTarget | undefined {
    const reference = importOf(node);
    if (reference === undefined) return { kind: 'local', file, node };
    return this.imported(file, reference.specifier, reference.name, seen);
  }
}

/** An import, as the node that binds the name carries it. */
interface ImportBinding extends Node {
  readonly type: 'ImportBinding';
  readonly specifier: string;
  readonly name: string;
}

function importBinding(specifier: string, name: string): ImportBinding {
  return { type: 'ImportBinding', specifier, name };
}

function importOf(node: Node): ImportBinding | undefined {
  return node.type === 'ImportBinding' ? (node as ImportBinding) : undefined;
}

/** The node that declares `name` directly in a scope. */
function declarationIn(file: SourceFile, scope: Node, name: string): Node | undefined {
  if ('params' in scope && Array.isArray(scope.params)) {
    const [first, ...others] = scope.params as Node[];
    return (
      (first && moduleBinding(file, scope, first, name)) ??
      [first, ...others].find((parameter) => parameter && parameterName(parameter) === name)
    );
  }
  if ((scope.type !== 'Program' && scope.type !== 'BlockStatement') || !('body' in scope)) {
    return undefined;
  }
  for (const statement of scope.body as Statement[]) {
    const found = declaredBy(statement, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function parameterName(parameter: Node): string | undefined {
  if (parameter.type === 'AssignmentPattern' && 'left' in parameter) {
    return parameterName(parameter.left as Node);
  }
  return parameter.type === 'Identifier' && 'name' in parameter
    ? String(parameter.name)
    : undefined;
}

function declaredBy(statement: Node, name: string): Node | undefined {
  const declaration = statement as Statement;
  switch (declaration.type) {
    case 'ExportNamedDeclaration':
    case 'ExportDefaultDeclaration':
      return declaration.declaration ? declaredBy(declaration.declaration, name) : undefined;
    case 'ImportDeclaration':
      for (const specifier of declaration.specifiers) {
        if (specifier.local.name !== name) continue;
        return importBinding(declaration.source.value, importedName(specifier));
      }
      return undefined;
    case 'VariableDeclaration':
      for (const declarator of declaration.declarations) {
        if (declarator.id.type === 'Identifier' && declarator.id.name === name) {
          const specifier = requiredModule(declarator.init);
          return specifier === undefined ? declarator : importBinding(specifier, '*');
        }
        const binding = requiredBinding(declarator, name);
        if (binding !== undefined) return binding;
      }
      return undefined;
    case 'TSImportEqualsDeclaration': {
      if (declaration.id.name !== name) return undefined;
      const { moduleReference } = declaration;
      return moduleReference.type === 'TSExternalModuleReference'
        ? importBinding(moduleReference.expression.value, '*')
        : declaration;
    }
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration':
      return declaration.id.name === name ? declaration : undefined;
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
      return declaration.id?.name === name ? declaration : undefined;
    default:
      return undefined;
  }
}

function importedName(specifier: {
  readonly type: string;
  readonly imported?: { readonly type: string };
}): string {
  if (specifier.type === 'ImportDefaultSpecifier') return 'default';
  const { imported } = specifier;
  if (imported === undefined) return '*';
  return String('name' in imported ? imported.name : 'value' in imported ? imported.value : '');
}

/** `import('…').then((module) => …)`, also with a pattern for the module. */
function moduleBinding(
  file: SourceFile,
  callback: Node,
  parameter: Node,
  name: string,
): ImportBinding | undefined {
  const call = file.parentOf(callback);
  const { callee } = (call ?? {}) as { readonly callee?: Node & { readonly object?: Node } };
  const specifier = callee?.object && importedModule(callee.object);
  if (specifier === undefined) return undefined;
  if (parameterName(parameter) === name) return importBinding(specifier, '*');
  return patternBinding(parameter, name, specifier);
}

/** `const { name } = require('…')`. */
function requiredBinding(
  declarator: Extract<Statement, { type: 'VariableDeclaration' }>['declarations'][number],
  name: string,
): ImportBinding | undefined {
  const specifier = requiredModule(declarator.init);
  return specifier === undefined ? undefined : patternBinding(declarator.id, name, specifier);
}

function patternBinding(pattern: Node, name: string, specifier: string): ImportBinding | undefined {
  if (!isObjectPattern(pattern)) return undefined;
  for (const property of pattern.properties) {
    if (property.type !== 'ObjectProperty' || property.value.type !== 'Identifier') continue;
    if (property.value.name === name) return importBinding(specifier, keyOf(property) ?? name);
  }
  return undefined;
}

type ObjectPattern = Extract<VariableDeclarator['id'], { type: 'ObjectPattern' }>;

function isObjectPattern(node: Node): node is ObjectPattern {
  return node.type === 'ObjectPattern';
}
