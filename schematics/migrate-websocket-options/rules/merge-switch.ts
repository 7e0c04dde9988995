import type { NamedMember, ObjectEdit } from '../../core/object-edit.js';
import { type Expression, rangeOf, withoutTypes } from '../../core/syntax.js';
import { isLiteral, isNeverNullish, operand } from '../../core/expressions.js';
import type { MigrationContext } from '../migration-context.js';

/** A setting of `websocket` that `gateway` does not have yet. */
interface Setting {
  readonly key: string;
  readonly text: string;
}

/**
 * Moves `websocket.enabled` and `websocket.port` into the `gateway` beside it. What the gateway
 * itself says counts, so a setting that it surely has is dropped.
 */
export function mergeSwitchIntoGateway(
  context: MigrationContext,
  edit: ObjectEdit,
  member: NamedMember,
): void {
  const { file } = edit;
  const settings = settingsOf(context, edit, member);
  const target = edit.member('gateway');
  const gateway = edit.value('gateway');
  if (settings === undefined || target === undefined || gateway === undefined) {
    context.leave(file, member, 'UNRESOLVED_VALUE');
    return;
  }
  const literal = withoutTypes(gateway);
  const isOpen =
    literal.type !== 'ObjectExpression' ||
    context.edit({ file, node: literal }).unknownMembers.length > 0;
  if (literal.type !== 'ObjectExpression' && !isConstantObject(context, edit, gateway)) {
    context.leave(file, member, 'UNRESOLVED_VALUE');
    return;
  }
  if (isOpen && settings.size > 0) {
    context.leave(file, member, 'CHANGED_BY_SPREAD');
    return;
  }
  if (literal.type === 'ObjectExpression')
    addSettings(context.edit({ file, node: literal }), settings);
  keepComments(edit, member, target);
  edit.remove(member);
  const name = member === edit.member('enabled') ? 'enabled' : 'websocket';
  context.report.changed(file, member, `${name} -> gateway, what the gateway says itself counts`);
}

/** Whether a value is surely an object: without one, `websocket` alone switched the gateway on. */
function isConstantObject(
  context: MigrationContext,
  { file }: ObjectEdit,
  value: Expression,
): boolean {
  const { sites, unresolved } = context.values.resolve({ file, node: value });
  const [site] = sites;
  const init = site?.constant?.init;
  return unresolved.length === 0 && init != null && withoutTypes(init) === site?.node;
}

/** The settings that the gateway needs; `enabled: true` is what a gateway is anyway. */
function settingsOf(
  context: MigrationContext,
  edit: ObjectEdit,
  member: NamedMember,
): ReadonlyMap<string, Expression> | undefined {
  const { file } = edit;
  const settings = new Map<string, Expression>();
  const add = (key: string, value: Expression | undefined): void => {
    if (value && !(key === 'enabled' && isLiteral(value, true))) settings.set(key, value);
  };
  if (member === edit.member('enabled')) {
    add('enabled', edit.value('enabled'));
    return settings;
  }
  const value = edit.value('websocket');
  const literal = value && withoutTypes(value);
  if (literal?.type !== 'ObjectExpression') return undefined;
  const inner = context.edit({ file, node: literal });
  const isKnown =
    inner.unknownMembers.length === 0 && inner.keys().every((key) => /^(enabled|port)$/.test(key));
  if (!isKnown) return undefined;
  add('enabled', inner.value('enabled'));
  add('port', inner.value('port'));
  return settings;
}

function addSettings(gateway: ObjectEdit, settings: ReadonlyMap<string, Expression>): void {
  const { file } = gateway;
  const missing: Setting[] = [];
  for (const [key, value] of settings) {
    const own = gateway.value(key);
    if (own === undefined) missing.push({ key, text: file.textOf(value) });
    else if (!isNeverNullish(own)) {
      // Both were read with `??`; an undefined setting of the gateway must not hide the other.
      const { start, end } = rangeOf(own);
      const text = `${operand(own, file.textOf(own))} ?? ${operand(value, file.textOf(value))}`;
      file.edits.replace(start, end, text);
    }
  }
  for (const { key, text } of missing) gateway.append(key, text);
}

/** Comments inside what is removed go above the member that takes it in. */
function keepComments(edit: ObjectEdit, member: NamedMember, target: NamedMember): void {
  const { file } = edit;
  const { start, end } = rangeOf(member);
  const comments = file.commentsBetween(start, end);
  const at = rangeOf(target).start;
  for (const comment of comments) {
    file.edits.insert(
      at,
      `${file.text.slice(comment.start, comment.end)}${file.eol}${file.indentAt(at)}`,
    );
  }
}
