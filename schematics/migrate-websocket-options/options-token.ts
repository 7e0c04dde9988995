import { literalValue } from '../core/literal-value.js';
import type { SourceFile } from '../core/source-file.js';
import type { Symbols } from '../core/symbols.js';
import { type CallExpression, type Expression, memberName, type Node } from '../core/syntax.js';
import { packageExport } from './package-exports.js';

/** The injection token of the options, exactly as they are given to `forRoot`. */
const TOKEN = 'STREAMING_OPTIONS';

/** Whether an expression is the injection token of the options, by its text or by its export. */
export function isOptionsToken(
  symbols: Symbols,
  file: SourceFile,
  node: Node | null | undefined,
): boolean {
  if (!node) return false;
  if (node.type === 'StringLiteral' || node.type === 'Identifier') {
    if (literalValue(symbols, file, node as Expression) === TOKEN) return true;
  }
  return (
    /^(Identifier|MemberExpression)$/.test(node.type) &&
    packageExport(symbols, file, node) === TOKEN
  );
}

/** `app.get('STREAMING_OPTIONS')`, `moduleRef.resolve(STREAMING_OPTIONS)`. */
export function takesOptions(
  symbols: Symbols,
  file: SourceFile,
  { callee, arguments: [token] }: CallExpression,
): boolean {
  if (callee.type !== 'MemberExpression') return false;
  return /^(get|resolve)$/.test(memberName(callee) ?? '') && isOptionsToken(symbols, file, token);
}
