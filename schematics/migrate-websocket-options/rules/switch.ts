import type { NamedMember, ObjectEdit } from '../../core/object-edit.js';
import { isAlwaysNullish, isNeverNullish, operand } from '../../core/expressions.js';
import { type Expression, rangeOf, withoutTypes } from '../../core/syntax.js';
import { alternativesOf } from '../composition.js';
import { lastName, legacyKeyAt } from '../legacy-keys.js';
import type { MigrationContext } from '../migration-context.js';
import type { ObjectSite } from '../resolution.js';
import type { SilentGateways } from '../silent-gateways.js';
import { renameKeys } from './rename-keys.js';
import { addSettings, offUnlessSaid, sayOff, type Setting, withDefault } from './settings.js';

/**
 * `websocket`, and the bare `enabled` that means the same, become part of `gateway`. In each, what
 * `gateway` says counts before `websocket`, and that before `enabled`.
 */
export function migrateSwitch(
  context: MigrationContext,
  silent: SilentGateways,
  site: ObjectSite,
  conflict: boolean,
): void {
  const edit = context.edit(site);
  const [gateway, websocket, enabled] = ['gateway', 'websocket', 'enabled'].map((key) =>
    edit.member(key),
  );
  const legacy = websocket ?? enabled;
  if (legacy && conflict) context.leave(edit.file, legacy, 'CHANGED_BY_SPREAD');
  else if (gateway) {
    const merged = merge(context, site, gateway, [websocket, enabled]);
    if (merged) switchOff(context, silent, site, gateway, merged.has('enabled'));
  } else if (websocket) {
    if (!canBeGateway(context, site, websocket)) return;
    const merged = merge(context, site, websocket, [enabled]);
    if (merged) renameWebSocket(context, silent, site, websocket, merged.has('enabled'));
  } else if (enabled) wrapEnabled(context, edit, enabled);
}

/** Whether `websocket` has a value of which every literal is known and free to change. */
function canBeGateway(context: MigrationContext, site: ObjectSite, member: NamedMember): boolean {
  const edit = context.edit(site);
  const value = edit.value('websocket');
  const { compositions, isComplete } = alternativesOf(context, site, 'websocket');
  const isSwitch = value && typeof context.literal(edit.file, value) === 'boolean';
  if (!value || !isComplete || isSwitch) {
    context.leave(edit.file, member, 'UNRESOLVED_VALUE');
    return false;
  }
  return compositions.every(({ parts }) => parts.every((part) => context.canChangeKeys(part)));
}

/** Without a `gateway`, `websocket` has the keys that a gateway has and needs only its name. */
function renameWebSocket(
  context: MigrationContext,
  silent: SilentGateways,
  site: ObjectSite,
  member: NamedMember,
  isSwitched: boolean,
): void {
  const edit = context.edit(site);
  edit.rename(member, 'gateway');
  context.report.changed(edit.file, member, 'websocket -> gateway');
  for (const { parts } of alternativesOf(context, site, 'websocket').compositions) {
    for (const part of parts) renameKeys(context, part, 'websocket');
  }
  switchOff(context, silent, site, member, isSwitched, 'websocket');
}

/** A gateway is on unless it says otherwise; legacy options kept it off unless they said otherwise. */
function switchOff(
  context: MigrationContext,
  silent: SilentGateways,
  site: ObjectSite,
  member: NamedMember,
  isSwitched: boolean,
  key = 'gateway',
): void {
  const isLegacy = !isSwitched && silent.isLegacy(site);
  for (const { own, parts } of alternativesOf(context, site, key).compositions) {
    if (isLegacy) for (const part of parts) offUnlessSaid(context.edit(part));
    if (!silent.has(own) || !context.canChangeKeys(own)) continue;
    if (sayOff(context, own, parts)) context.leave(site.file, member, 'SWITCHED_OFF');
  }
}

function wrapEnabled(context: MigrationContext, edit: ObjectEdit, member: NamedMember): void {
  const { file } = edit;
  const value = edit.value('enabled');
  if (value === undefined) {
    context.leave(file, member, 'UNRESOLVED_VALUE');
    return;
  }
  edit.rename(member, 'gateway');
  edit.settle(member);
  const { start, end } = rangeOf(value);
  file.edits.replace(start, end, `{ enabled: ${withDefault(file, value) ?? file.textOf(value)} }`);
  context.report.changed(file, member, 'enabled -> gateway.enabled');
}

/**
 * Moves the settings of members into another one.
 *
 * @returns which settings; undefined, with a finding, when they cannot be moved
 */
function merge(
  context: MigrationContext,
  site: ObjectSite,
  target: NamedMember,
  candidates: readonly (NamedMember | undefined)[],
): ReadonlySet<string> | undefined {
  const edit = context.edit(site);
  const sources = candidates.filter((source) => source !== undefined);
  const settings = new Map<string, Setting>();
  for (const source of sources) {
    const found = settingsOf(context, site, source);
    if (found === undefined) return undefined;
    for (const setting of found)
      settings.set(setting.key, withFallback(settings.get(setting.key), setting));
  }
  const enabled = settings.get('enabled');
  if (enabled) settings.set('enabled', withFallback(enabled, undefined));
  if (!addSettings(context, site, target, edit.nameOf(target) ?? '', [...settings.values()]))
    return undefined;
  for (const source of sources) {
    const name = edit.nameOf(source) ?? '';
    keepComments(edit, source, target, `${name} (moved)`);
    edit.remove(source, `${name} (moved)`);
    context.report.changed(
      edit.file,
      source,
      `${name} -> gateway, what the gateway says itself counts`,
    );
  }
  return new Set(settings.keys());
}

/** A setting, and what counts when it is undefined: another one, or for a switch `false`. */
function withFallback(first: Setting | undefined, second: Setting | undefined): Setting {
  if (first === undefined) {
    if (second === undefined) throw new TypeError('There is no setting.');
    return second;
  }
  if (isNeverNullish(first.value)) return first;
  const fallback = second ?? { value: first.value, text: 'false', operand: 'false' };
  if (isAlwaysNullish(first.value)) return { ...first, ...fallback };
  const text = `${first.operand} ?? ${fallback.operand}`;
  return { key: first.key, value: fallback.value, text, operand: text };
}

/** What a member says of the gateway; undefined, and reported, when that cannot be told. */
function settingsOf(
  context: MigrationContext,
  site: ObjectSite,
  source: NamedMember,
): Setting[] | undefined {
  const edit = context.edit(site);
  const { file } = edit;
  const name = edit.nameOf(source) ?? '';
  const value = edit.value(name);
  const setting = (key: string, from: Expression): Setting => ({
    key,
    value: from,
    text: file.textOf(from),
    operand: operand(from, file.textOf(from)),
  });
  if (value && name === 'enabled') return [setting('enabled', value)];
  const literal = value && withoutTypes(value);
  const inner =
    literal?.type === 'ObjectExpression' ? context.edit({ file, node: literal }) : undefined;
  if (!inner || inner.unknownMembers.length > 0) {
    context.leave(file, source, 'UNRESOLVED_VALUE');
    return undefined;
  }
  const settings: Setting[] = [];
  for (const key of inner.keys()) {
    const current = legacyKeyAt(`websocket.${key}`)?.current;
    const from = inner.value(key);
    if (current === undefined || from === undefined) {
      context.leave(file, inner.member(key) ?? source, 'UNKNOWN_KEY');
      return undefined;
    }
    settings.push(setting(lastName(current), from));
  }
  return settings;
}

/** Comments inside what is removed go above the member that takes it in. */
function keepComments(
  edit: ObjectEdit,
  member: NamedMember,
  target: NamedMember,
  label: string,
): void {
  const { file } = edit;
  const { start, end } = rangeOf(member);
  const at = rangeOf(target).start;
  for (const comment of file.commentsBetween(start, end)) {
    const text = file.text.slice(comment.start, comment.end);
    const labelled = `${text.slice(0, 2)} ${label}:${text.slice(2)}`;
    file.edits.insert(at, `${labelled}${file.eol}${file.indentAt(at)}`);
  }
}
