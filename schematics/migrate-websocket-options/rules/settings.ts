import { isAlwaysNullish, isNeverNullish, operand } from '../../core/expressions.js';
import type { NamedMember, ObjectEdit } from '../../core/object-edit.js';
import type { SourceFile } from '../../core/source-file.js';
import { type Expression, rangeOf, withoutTypes } from '../../core/syntax.js';
import { alternativesOf, type Composition } from '../composition.js';
import type { MigrationContext } from '../migration-context.js';
import type { ObjectSite } from '../resolution.js';

/** A key of the gateway, and the expression that gives its value. */
export interface Setting {
  readonly key: string;
  readonly value: Expression;
  /** The expression as a value, and as an operand of `??`. */
  readonly text: string;
  readonly operand: string;
}

/**
 * Gives settings to a gateway. What it says itself counts, so a setting that it surely has is
 * dropped.
 *
 * @returns false, with a finding, when it cannot be told what the gateway says
 */
export function addSettings(
  context: MigrationContext,
  site: ObjectSite,
  member: NamedMember,
  key: string,
  settings: readonly Setting[],
): boolean {
  const { file } = site;
  const value = context.edit(site).value(key);
  const { compositions, isComplete } = alternativesOf(context, site, key);
  if (value === undefined) {
    context.leave(file, member, 'UNRESOLVED_VALUE');
    return false;
  }
  const literal = withoutTypes(value);
  const isInPlace =
    literal.type === 'ObjectExpression' &&
    context.edit({ file, node: literal }).unknownMembers.length === 0;
  if (isInPlace) {
    const own = context.edit({ file, node: literal });
    for (const setting of settings) addSetting(own, setting);
    return true;
  }
  const needed = settings.filter((setting) => !isSurelyIn(context, compositions, setting.key));
  const isClear = needed.every((setting) => isNeverUndefined(context, compositions, setting.key));
  if (!isClear || (!isComplete && needed.length > 0)) {
    context.leave(file, member, isComplete ? 'CHANGED_BY_SPREAD' : 'UNRESOLVED_VALUE');
    return false;
  }
  if (needed.length === 0) return true;
  if (literal.type === 'ObjectExpression') {
    for (const setting of needed)
      context.edit({ file, node: literal }).prepend(setting.key, setting.text);
  } else {
    const text = needed.map((setting) => `${setting.key}: ${setting.text}`).join(', ');
    spreadBehind(file, member, key, value, text);
  }
  return true;
}

/** `value` becomes `{ settings, ...value }`. */
function spreadBehind(
  file: SourceFile,
  member: NamedMember,
  key: string,
  value: Expression,
  text: string,
): void {
  const { start, end } = rangeOf(value);
  if (isAlwaysNullish(value)) {
    file.edits.replace(start, end, `{ ${text} }`);
    return;
  }
  const name = member.type === 'ObjectProperty' && member.shorthand ? `${key}: ` : '';
  const needsParentheses = operand(value, '') !== '' && file.text[start - 1] !== '(';
  file.edits.insert(start, `${name}{ ${text}, ...${needsParentheses ? '(' : ''}`);
  file.edits.insert(end, `${needsParentheses ? ')' : ''} }`);
}

function addSetting(gateway: ObjectEdit, setting: Setting): void {
  const { file } = gateway;
  const own = gateway.value(setting.key);
  if (own === undefined) {
    // What came from `gateway.websocket` or its rate limit counts, as it did.
    if (!gateway.has(setting.key)) gateway.append(setting.key, setting.text);
  } else if (!isNeverNullish(own)) {
    const { start, end } = rangeOf(own);
    // Both were read with `??`; an undefined setting of the gateway must not hide the other.
    const before = isAlwaysNullish(own) ? '' : `${operand(own, file.textOf(own))} ?? `;
    file.edits.replace(start, end, before === '' ? setting.text : before + setting.operand);
  }
}

/** Whether every alternative has a key that cannot be undefined, in the part that counts. */
function isSurelyIn(
  context: MigrationContext,
  compositions: readonly Composition[],
  key: string,
): boolean {
  return (
    compositions.length > 0 &&
    compositions.every(({ parts, surely, isComplete }) => {
      const values = parts.flatMap((part) => context.edit(part).value(key) ?? []);
      return isComplete && surely.has(key) && values.every((value) => isNeverNullish(value));
    })
  );
}

/** Whether a key, where it is there, cannot be undefined and hide what stands before it. */
function isNeverUndefined(
  context: MigrationContext,
  compositions: readonly Composition[],
  key: string,
): boolean {
  return compositions.every(({ parts }) =>
    parts.every((part) => {
      const value = context.edit(part).value(key);
      return value === undefined ? !context.edit(part).has(key) : isNeverNullish(value);
    }),
  );
}

/**
 * Switches a gateway off that does not say `enabled`, or only under a condition.
 *
 * @returns whether it was not switched off already
 */
export function sayOff(
  context: MigrationContext,
  own: ObjectSite,
  parts: readonly ObjectSite[],
): boolean {
  const edit = context.edit(own);
  if (edit.has('enabled')) return false;
  // What is spread behind it can still switch it on.
  const isSaid = parts.some((part) => context.edit(part).has('enabled'));
  if (isSaid) edit.prepend('enabled', 'false');
  else edit.append('enabled', 'false');
  return true;
}

/** An undefined switch was off. */
export function offUnlessSaid(edit: ObjectEdit): void {
  const value = edit.value('enabled');
  if (value === undefined) return;
  const text = withDefault(edit.file, value);
  if (text === undefined || !edit.begin()) return;
  const { start, end } = rangeOf(value);
  edit.file.edits.replace(start, end, text);
}

/** The text of a switch that is off when it is undefined; undefined when it needs no default. */
export function withDefault(file: SourceFile, value: Expression): string | undefined {
  if (isAlwaysNullish(value)) return 'false';
  return isNeverNullish(value) ? undefined : `${operand(value, file.textOf(value))} ?? false`;
}
