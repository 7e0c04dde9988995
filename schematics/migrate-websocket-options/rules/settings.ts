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
  const text = needed.map((setting) => `${setting.key}: ${setting.text}`).join(', ');
  if (literal.type === 'ObjectExpression')
    file.edits.insert(rangeOf(literal).start + 1, ` ${text},`);
  else {
    const name = member.type === 'ObjectProperty' && member.shorthand ? `${key}: ` : '';
    const own = operand(value, file.textOf(value));
    const spread = isAlwaysNullish(value) ? '' : `, ...${own}`;
    wrapValue(file, value, `${name}{ `, ' }', `${text}${spread}`);
  }
  return true;
}

function addSetting(gateway: ObjectEdit, setting: Setting): void {
  const { file } = gateway;
  const own = gateway.value(setting.key);
  if (own === undefined) gateway.append(setting.key, setting.text);
  else if (!isNeverNullish(own)) {
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
    compositions.every(({ parts, isComplete }) => {
      const values = parts.flatMap((part) => context.edit(part).value(key) ?? []);
      return isComplete && values.length > 0 && values.every((value) => isNeverNullish(value));
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

/** An undefined switch was off. */
export function offUnlessSaid(edit: ObjectEdit): void {
  const value = edit.value('enabled');
  if (value === undefined) return;
  const text = withDefault(edit.file, value);
  if (text === undefined) return;
  const { start, end } = rangeOf(value);
  edit.file.edits.replace(start, end, text);
}

/** The text of a switch that is off when it is undefined; undefined when it needs no default. */
export function withDefault(file: SourceFile, value: Expression): string | undefined {
  if (isAlwaysNullish(value)) return 'false';
  return isNeverNullish(value) ? undefined : `${operand(value, file.textOf(value))} ?? false`;
}

/** Puts a value, or what takes its place, between two texts. */
export function wrapValue(
  file: SourceFile,
  value: Expression,
  before: string,
  after: string,
  text?: string,
): void {
  const { start, end } = rangeOf(value);
  if (text !== undefined) file.edits.replace(start, end, `${before}${text}${after}`);
  else {
    file.edits.insert(start, before);
    file.edits.insert(end, after);
  }
}
