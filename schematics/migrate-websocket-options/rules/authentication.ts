import {
  isAlwaysNullish,
  isBoolean,
  isLiteral,
  operand,
  readsOptionalSetting,
} from '../../core/expressions.js';
import type { NamedMember, ObjectEdit } from '../../core/object-edit.js';
import type { SourceFile } from '../../core/source-file.js';
import { type Expression, type Node, rangeOf } from '../../core/syntax.js';
import { hasContextualType } from '../contextual-type.js';
import type { MigrationContext } from '../migration-context.js';
import type { ObjectSite } from '../resolution.js';

/** A legacy shape of authentication: what switches it, and what holds the secret. */
interface Shape {
  readonly switches: readonly string[];
  readonly secret: string;
}

/** `gateway.auth`. */
const AUTH: Shape = { switches: ['required'], secret: 'jwtSecret' };

/** `gateway.authentication`, as old documentation showed it. */
const DOCUMENTED: Shape = { switches: ['enabled', 'required'], secret: 'secretKey' };

/** `gateway.auth` becomes `gateway.authentication`. */
export function migrateAuth(context: MigrationContext, edit: ObjectEdit, conflict: boolean): void {
  const { file } = edit;
  const member = edit.member('auth');
  const value = edit.value('auth');
  if (member === undefined) return;
  const isTaken = edit.has('authentication');
  if (isTaken || conflict) {
    context.leave(file, member, isTaken ? 'DUPLICATE_KEY' : 'CHANGED_BY_SPREAD');
    return;
  }
  const resolution = value && context.values.resolve({ file, node: value });
  if (!resolution || resolution.unresolved.length > 0 || isLiteral(value, true)) {
    context.leave(file, member, 'UNRESOLVED_VALUE');
    return;
  }
  if (!resolution.sites.every((site) => canRewrite(context, edit, member, site))) return;
  edit.rename(member, 'authentication');
  context.report.changed(file, member, 'gateway.auth -> gateway.authentication');
  for (const site of resolution.sites) rewrite(context, site, AUTH);
}

function canRewrite(
  context: MigrationContext,
  edit: ObjectEdit,
  member: NamedMember,
  site: ObjectSite,
): boolean {
  const auth = context.edit(site);
  const [unknown] = auth.unknownMembers;
  const handler = auth.member('handler');
  const stray = auth.keys().find((key) => !/^(required|jwtSecret|handler)$/.test(key));
  if (unknown) context.leave(site.file, unknown, 'UNRESOLVED_VALUE');
  else if (handler) context.leave(site.file, handler, 'AUTH_HANDLER');
  else if (stray) context.leave(site.file, auth.member(stray) ?? member, 'UNKNOWN_KEY');
  else if (context.references.readsOf(site).length > 0) {
    context.leave(edit.file, member, 'READ_ELSEWHERE');
  } else if (!isLiteral(auth.value('required'), false) && !hasSecret(context, auth, AUTH)) {
    context.leave(edit.file, member, 'AUTH_WITHOUT_SECRET');
  } else return context.canChangeKeys(site);
  return false;
}

/** `authentication: { enabled, required, strategy, secretKey }`, which old documentation showed. */
export function migrateDocumentedAuthentication(context: MigrationContext, edit: ObjectEdit): void {
  const { file } = edit;
  const member = edit.member('authentication');
  const value = edit.value('authentication');
  if (!member || !value) return;
  for (const site of context.values.resolve({ file, node: value }).sites) {
    const authentication = context.edit(site);
    const legacy = [...DOCUMENTED.switches, 'strategy', DOCUMENTED.secret];
    if (!legacy.some((key) => authentication.has(key))) continue;
    const isOff = DOCUMENTED.switches.some((key) => isLiteral(authentication.value(key), false));
    const strategy = authentication.value('strategy');
    const isJwt = strategy === undefined || context.literal(site.file, strategy) === 'jwt';
    const isComplete = isJwt && hasSecret(context, authentication, DOCUMENTED);
    const count = DOCUMENTED.switches.filter((key) => authentication.has(key)).length;
    if (!isOff && (!isComplete || count > 1 || edit.has('auth')))
      context.leave(file, member, 'AUTH_WITHOUT_SECRET');
    else if (context.references.readsOf(site).length > 0)
      context.leave(file, member, 'READ_ELSEWHERE');
    else if (context.canChangeKeys(site)) {
      const now = isOff ? 'switched off -> false' : '-> strategies';
      context.report.changed(site.file, site.node, `gateway.authentication ${now}`);
      const named = authentication.member('strategy');
      if (named && !isOff) authentication.remove(named, 'strategy (removed)');
      rewrite(context, site, DOCUMENTED);
    }
  }
}

/** Whether there is a secret; an undefined or empty one is none. */
function hasSecret(context: MigrationContext, edit: ObjectEdit, { secret }: Shape): boolean {
  const value = edit.value(secret);
  return !!value && !isAlwaysNullish(value) && context.literal(edit.file, value) !== '';
}

/** `{ required, secret }` becomes `false` or `{ strategies: [new JwtStrategy({ secret })] }`. */
function rewrite(context: MigrationContext, site: ObjectSite, shape: Shape): void {
  const { file, node } = site;
  const edit = context.edit(site);
  if (!edit.begin()) return;
  const member = edit.member(shape.secret);
  const secret = edit.value(shape.secret);
  const { start, end } = rangeOf(node);
  const isOff = shape.switches.some((key) => isLiteral(edit.value(key), false));
  if (isOff || !secret || !member) {
    edit.discard(`${off(file, node)}${commentsOf(file.commentsBetween(start, end))}`);
    return;
  }
  wrapSecret(context, edit, member, secret);
  const name = shape.switches.find((key) => edit.has(key));
  const switched = name === undefined ? undefined : edit.member(name);
  const required = name === undefined ? undefined : edit.value(name);
  if (required === undefined || switched === undefined) return;
  edit.remove(switched, `${name} (removed)`);
  if (isLiteral(required, true)) return;
  const [before, after] = condition(required, file.textOf(required), off(file, node));
  file.edits.insert(start, before);
  file.edits.insert(end, after);
}

function wrapSecret(
  context: MigrationContext,
  edit: ObjectEdit,
  member: NamedMember,
  secret: Expression,
): void {
  const { file } = edit;
  const strategy = context.importName(file, 'JwtStrategy');
  edit.rename(member, 'strategies');
  edit.settle(member);
  const isShorthand = file.textOf(secret) === 'secret';
  file.edits.insert(rangeOf(secret).start, `[new ${strategy}({ ${isShorthand ? '' : 'secret: '}`);
  // The legacy type took undefined, and boot then failed; an empty secret fails there too.
  const needsDefault = /\.[cm]?tsx?$/.test(file.path) && readsOptionalSetting(secret);
  const fallback = needsDefault ? ` ?? ${file.quote}${file.quote}` : '';
  file.edits.insert(rangeOf(secret).end, `${fallback} })]`);
}

/** Only `false` ever switched authentication off; undefined did not. */
function condition(
  required: Expression,
  text: string,
  no: string,
): [before: string, after: string] {
  return isBoolean(required)
    ? [`${text} ? `, ` : ${no}`]
    : [`${operand(required, text)} === false ? ${no} : `, ''];
}

/** `false`, which TypeScript would take for any boolean where nothing says what it is for. */
function off(file: SourceFile, literal: Node): string {
  const isTyped = !/\.[cm]?tsx?$/.test(file.path) || hasContextualType(file, literal);
  return isTyped ? 'false' : 'false as const';
}

/** Comments of a removed value, as comments that can stand inside a line. */
function commentsOf(comments: readonly { readonly value: string }[]): string {
  return comments.map(({ value }) => ` /* ${value.trim().replaceAll('*/', '* /')} */`).join('');
}
