import { isLiteral } from '../../core/expressions.js';
import type { NamedMember, ObjectEdit } from '../../core/object-edit.js';
import {
  type Expression,
  type FunctionLike,
  memberName,
  walk,
  withoutTypes,
} from '../../core/syntax.js';
import { alternativesOf, composition } from '../composition.js';
import { lastName, legacyKeysIn } from '../legacy-keys.js';
import type { MigrationContext } from '../migration-context.js';
import type { ObjectSite } from '../resolution.js';
import { migrateAuth, migrateDocumentedAuthentication } from './authentication.js';
import { reviewCors } from './cors.js';
import { renameKeys } from './rename-keys.js';

/** Rewrites the legacy keys of one literal of gateway options. */
export function migrateGatewayOptions(
  context: MigrationContext,
  site: ObjectSite,
  conflicts: ReadonlySet<string>,
): void {
  const edit = context.edit(site);
  const websocket = edit.member('websocket');
  if (websocket && conflicts.has('websocket'))
    context.leave(edit.file, websocket, 'CHANGED_BY_SPREAD');
  else if (websocket) liftWebSocket(context, site, websocket);
  migrateDocumentedAuthentication(context, edit);
  migrateAuth(context, edit, conflicts.has('authentication'));
  migrateRateLimit(context, site);
  reviewCors(context, site);
  const rooms = edit.member('rooms');
  if (rooms && alternativesOf(context, site, 'rooms').compositions.length > 0)
    context.leave(edit.file, rooms, 'NO_EFFECT');
}

/** `gateway.websocket.*` are keys of the gateway itself. */
function liftWebSocket(context: MigrationContext, site: ObjectSite, member: NamedMember): void {
  const edit = context.edit(site);
  const { file } = edit;
  const value = edit.value('websocket');
  const { compositions, isComplete } = alternativesOf(context, site, 'websocket');
  if (!value || !isComplete || member.type !== 'ObjectProperty' || isBooleanValue(value)) {
    context.leave(file, member, 'UNRESOLVED_VALUE');
    return;
  }
  const parts = compositions.flatMap((one) => one.parts);
  if (!parts.map((part) => canLift(context, edit, part)).every(Boolean)) return;
  const rows = legacyKeysIn('gateway.websocket');
  if (parts.some((part) => context.references.readsOf(part).some(({ key }) => rows.has(key)))) {
    context.leave(file, member, 'READ_ELSEWHERE');
    return;
  }
  for (const part of parts) {
    renameKeys(context, part, 'gateway.websocket');
    for (const key of context.edit(part).keys())
      edit.claim(lastName(rows.get(key)?.current ?? key));
  }
  context.report.changed(file, member, 'gateway.websocket -> gateway');
  const literal = withoutTypes(value);
  if (literal.type === 'ObjectExpression') edit.unwrap(member, literal);
  else edit.spread(member, value);
}

function isBooleanValue(value: Expression): boolean {
  return isLiteral(value, true) || isLiteral(value, false);
}

function canLift(context: MigrationContext, gateway: ObjectEdit, site: ObjectSite): boolean {
  const rows = legacyKeysIn('gateway.websocket');
  const inner = context.edit(site);
  let isClear = true;
  const leave = (...parameters: Parameters<MigrationContext['leave']>): void => {
    context.leave(...parameters);
    isClear = false;
  };
  for (const key of inner.keys()) {
    const member = inner.member(key);
    const current = rows.get(key)?.current;
    if (member === undefined) continue;
    if (current === undefined) leave(inner.file, member, 'UNKNOWN_KEY');
    else if (gateway.has(lastName(current))) leave(inner.file, member, 'DUPLICATE_KEY');
  }
  return isClear && context.canChangeKeys(site);
}

function migrateRateLimit(context: MigrationContext, site: ObjectSite): void {
  const edit = context.edit(site);
  const value = edit.value('rateLimit');
  if (value === undefined) return;
  const { sites, unresolved } = context.values.resolve({ file: edit.file, node: value });
  for (const { file, node } of unresolved) context.leave(file, node, 'UNRESOLVED_VALUE');
  const rows = legacyKeysIn('gateway.rateLimit');
  const { compositions, isComplete } = alternativesOf(context, site, 'rateLimit');
  const parts = compositions.flatMap((one) => one.parts);
  const spreads = parts.filter((part) => !sites.some(({ node }) => node === part.node));
  for (const limits of parts) {
    const keys = context.edit(limits).keys();
    reviewSkip(context, limits);
    if (!keys.some((key) => rows.has(key))) continue;
    if (!isComplete) {
      context.leave(limits.file, limits.node, 'CHANGED_BY_SPREAD');
    } else if (context.references.readsOf(limits).some(({ key }) => rows.has(key))) {
      context.leave(edit.file, value, 'READ_ELSEWHERE');
    } else if (context.canChangeKeys(limits)) {
      renameMax(context, limits);
      const isShared = limits.constant !== undefined || limits.maker !== undefined;
      moveMaxConnections(context, edit, context.edit(limits), isShared || spreads.length > 0);
    }
  }
}

/** `max`, and `maxRequestsPerConnection` of old documentation, are one limit. */
function renameMax(context: MigrationContext, limits: ObjectSite): void {
  const edit = context.edit(limits);
  const other = edit.member('maxRequestsPerConnection');
  if (edit.has('max') && other) context.leave(edit.file, other, 'DUPLICATE_KEY');
  renameKeys(
    context,
    limits,
    'gateway.rateLimit',
    ({ legacy, fate }) =>
      fate === 'renamed' &&
      !legacy.endsWith('.maxConnections') &&
      !(edit.has('max') && legacy.endsWith('.maxRequestsPerConnection')),
  );
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
  const isTaken = composition(context, { file: edit.file, node: edit.node }).parts.some((part) =>
    context.edit(part).has('maxConnections'),
  );
  if (isTaken || isShared || edit.unknownMembers.length > 0) {
    context.leave(limits.file, member, isTaken ? 'DUPLICATE_KEY' : 'UNRESOLVED_VALUE');
    return;
  }
  edit.append('maxConnections', limits.file.textOf(value));
  limits.remove(member, 'maxConnections (moved)');
  context.report.changed(
    limits.file,
    member,
    'gateway.rateLimit.maxConnections -> gateway.maxConnections',
  );
}

/** `skip` got a socket; now it gets `{ id, principal }`. */
function reviewSkip(context: MigrationContext, limits: ObjectSite): void {
  const edit = context.edit(limits);
  const member = edit.member('skip');
  if (member === undefined) return;
  const value = edit.value('skip');
  const found =
    member.type === 'ObjectMethod'
      ? { file: edit.file, fn: member }
      : value && context.values.functionOf({ file: edit.file, node: value });
  const isLegacy = edit.keys().some((key) => legacyKeysIn('gateway.rateLimit').has(key));
  if (found ? usesSocket(found.fn) : isLegacy) context.leave(edit.file, member, 'SKIP_ARGUMENT');
}

function usesSocket({ params, body }: FunctionLike): boolean {
  const [parameter] = params;
  if (parameter === undefined) return false;
  if (parameter.type !== 'Identifier') return true;
  const type = parameter.typeAnnotation;
  if (type && !('typeAnnotation' in type && isClientType(type.typeAnnotation))) return true;
  let isUsed = false;
  walk(body, (node) => {
    if (!/^(Optional)?MemberExpression$/.test(node.type)) return;
    const member = node as Parameters<typeof memberName>[0];
    const { object } = member;
    if (object.type !== 'Identifier' || object.name !== parameter.name) return;
    if (!/^(id|principal)$/.test(memberName(member) ?? '')) isUsed = true;
  });
  return isUsed;
}

function isClientType(type: { readonly type: string }): boolean {
  if (type.type === 'TSAnyKeyword' || type.type === 'TSUnknownKeyword') return true;
  const name = 'typeName' in type ? (type.typeName as { name?: string }).name : undefined;
  return name === 'RateLimitedClient';
}
