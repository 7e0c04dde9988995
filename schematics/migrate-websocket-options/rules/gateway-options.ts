import type { NamedMember, ObjectEdit } from '../../core/object-edit.js';
import { rangeOf, withoutTypes } from '../../core/syntax.js';
import { lastName, type LegacyKey, legacyKeysIn } from '../legacy-keys.js';
import type { MigrationContext } from '../migration-context.js';
import { isLiteral } from '../../core/expressions.js';
import { migrateAuth, migrateDocumentedAuthentication } from './authentication.js';

/** Rewrites the legacy keys of one literal of gateway options. */
export function migrateGatewayOptions(
  context: MigrationContext,
  edit: ObjectEdit,
  conflicts: ReadonlySet<string>,
): void {
  const websocket = edit.member('websocket');
  if (websocket && conflicts.has('websocket'))
    context.leave(edit.file, websocket, 'CHANGED_BY_SPREAD');
  else if (websocket) liftWebsocket(context, edit, websocket);
  migrateDocumentedAuthentication(context, edit);
  migrateAuth(context, edit, conflicts.has('authentication'));
  migrateRateLimit(context, edit);
  reviewCors(context, edit);
  const rooms = edit.member('rooms');
  if (rooms) context.leave(edit.file, rooms, 'NO_EFFECT');
}

/** `gateway.websocket.*` are keys of the gateway itself. */
function liftWebsocket(context: MigrationContext, edit: ObjectEdit, member: NamedMember): void {
  const { file } = edit;
  const value = edit.value('websocket');
  const resolution = value && context.values.resolve({ file, node: value });
  const [site, ...others] = resolution?.sites ?? [];
  if (
    !site ||
    others.length > 0 ||
    resolution?.unresolved.length !== 0 ||
    member.type !== 'ObjectProperty'
  ) {
    context.leave(file, member, 'UNRESOLVED_VALUE');
    return;
  }
  const inner = context.edit(site);
  const rows = legacyKeysIn('gateway.websocket');
  if (!canLift(context, edit, inner, rows)) return;
  if (site.constant && context.references.readsOf(site.constant).some(({ key }) => rows.has(key))) {
    context.leave(file, member, 'READ_ELSEWHERE');
    return;
  }
  for (const [key, row] of rows) renameKey(context, inner, key, row);
  context.report.changed(file, member, 'gateway.websocket -> gateway');
  if (value && withoutTypes(value) === site.node) {
    edit.unwrap(member, site.node);
  } else {
    const { start, end } = rangeOf(member);
    file.edits.replace(start, end, `...${file.textOf(member.value)}`);
  }
}

function canLift(
  context: MigrationContext,
  edit: ObjectEdit,
  inner: ObjectEdit,
  rows: ReadonlyMap<string, LegacyKey>,
): boolean {
  let isClear = true;
  const leave = (...parameters: Parameters<MigrationContext['leave']>): void => {
    context.leave(...parameters);
    isClear = false;
  };
  for (const member of inner.unknownMembers) leave(inner.file, member, 'UNRESOLVED_VALUE');
  for (const key of inner.keys()) {
    const member = inner.member(key);
    const current = rows.get(key)?.current;
    if (member === undefined) continue;
    if (current === undefined) leave(inner.file, member, 'UNKNOWN_KEY');
    else if (edit.has(lastName(current))) leave(inner.file, member, 'DUPLICATE_KEY');
  }
  return isClear;
}

function renameKey(context: MigrationContext, edit: ObjectEdit, key: string, row: LegacyKey): void {
  const member = edit.member(key);
  if (member === undefined || row.current === undefined) return;
  context.report.changed(edit.file, member, `${row.legacy} -> ${row.current}`);
  const name = lastName(row.current);
  if (name !== key) edit.rename(member, name);
}

function migrateRateLimit(context: MigrationContext, edit: ObjectEdit): void {
  const value = edit.value('rateLimit');
  if (value === undefined) return;
  const { sites, unresolved } = context.values.resolve({ file: edit.file, node: value });
  for (const { file, node } of unresolved) context.leave(file, node, 'UNRESOLVED_VALUE');
  const rows = legacyKeysIn('gateway.rateLimit');
  for (const site of sites) {
    const limits = context.edit(site);
    const reads = site.constant ? context.references.readsOf(site.constant) : [];
    if (reads.some(({ key }) => rows.has(key))) {
      context.leave(edit.file, value, 'READ_ELSEWHERE');
      continue;
    }
    const max = limits.member('max');
    const row = rows.get('max');
    if (max && row && limits.has('maxMessages')) context.leave(limits.file, max, 'DUPLICATE_KEY');
    else if (max && row) renameKey(context, limits, 'max', row);
    moveMaxConnections(context, edit, limits, site.constant !== undefined);
  }
}

function moveMaxConnections(
  context: MigrationContext,
  edit: ObjectEdit,
  limits: ObjectEdit,
  isShared: boolean,
): void {
  const member = limits.member('maxConnections');
  const value = limits.value('maxConnections');
  if (!member || !value) return;
  const lifted = edit.value('websocket');
  const isTaken =
    edit.has('maxConnections') || (lifted && edit.file.textOf(lifted).includes('maxConnections'));
  if (isTaken || isShared || edit.unknownMembers.length > 0) {
    context.leave(limits.file, member, isTaken ? 'DUPLICATE_KEY' : 'UNRESOLVED_VALUE');
    return;
  }
  edit.append('maxConnections', limits.file.textOf(value));
  limits.remove(member);
  context.report.changed(
    limits.file,
    member,
    'gateway.rateLimit.maxConnections -> gateway.maxConnections',
  );
}

function reviewCors(context: MigrationContext, edit: ObjectEdit): void {
  const value = edit.value('cors');
  if (value === undefined) return;
  if (isLiteral(value, true)) {
    context.leave(edit.file, value, 'CORS_TRUE');
    return;
  }
  for (const site of context.values.resolve({ file: edit.file, node: value }).sites) {
    const cors = context.edit(site);
    const origin = cors.value('origin');
    const reflects = origin && /(^|\|\| *|\?\? *)(true|'\*'|"\*")$/.test(site.file.textOf(origin));
    const hasCredentials = cors.has('credentials') && !isLiteral(cors.value('credentials'), false);
    if (origin && reflects && hasCredentials) context.leave(site.file, origin, 'CORS_REFLECTED');
  }
}
