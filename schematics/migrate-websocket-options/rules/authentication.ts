import type { NamedMember, ObjectEdit } from '../../core/object-edit.js';
import { type Expression, rangeOf, withoutTypes } from '../../core/syntax.js';
import { isBoolean, isLiteral, operand, readsOptionalSetting } from '../../core/expressions.js';
import type { MigrationContext } from '../migration-context.js';
import type { ObjectSite } from '../resolution.js';

/** `gateway.auth` becomes `gateway.authentication`. */
export function migrateAuth(context: MigrationContext, edit: ObjectEdit, conflict: boolean): void {
  const { file } = edit;
  const member = edit.member('auth');
  const value = edit.value('auth');
  if (member === undefined) return;
  if (conflict || edit.has('authentication')) {
    context.leave(file, member, conflict ? 'CHANGED_BY_SPREAD' : 'DUPLICATE_KEY');
    return;
  }
  const resolution = value && context.values.resolve({ file, node: value });
  if (!resolution || resolution.unresolved.length > 0 || resolution.sites.length === 0) {
    context.leave(file, member, 'UNRESOLVED_VALUE');
    return;
  }
  if (!resolution.sites.every((site) => canRewrite(context, edit, member, site))) return;
  edit.rename(member, 'authentication');
  context.report.changed(file, member, 'gateway.auth -> gateway.authentication');
  for (const site of resolution.sites) rewriteAuth(context, site);
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
  else if (site.constant?.id.type === 'Identifier' && site.constant.id.typeAnnotation) {
    context.leave(edit.file, member, 'UNRESOLVED_VALUE');
  } else if (site.constant && context.references.readsOf(site.constant).length > 0) {
    context.leave(edit.file, member, 'READ_ELSEWHERE');
  } else if (!isLiteral(auth.value('required'), false) && !auth.value('jwtSecret')) {
    context.leave(edit.file, member, 'AUTH_WITHOUT_SECRET');
  } else return true;
  return false;
}

/** `{ required, jwtSecret }` becomes `false` or `{ strategies: [new JwtStrategy({ secret })] }`. */
function rewriteAuth(context: MigrationContext, site: ObjectSite): void {
  const { file, node } = site;
  const auth = context.edit(site);
  const required = auth.value('required');
  const secret = auth.value('jwtSecret');
  const { start, end } = rangeOf(node);
  if (isLiteral(required, false) || secret === undefined) {
    file.edits.replace(start, end, `false${commentsOf(file.commentsBetween(start, end))}`);
    return;
  }
  const strategy = context.importName(file, 'JwtStrategy');
  const member = auth.member('jwtSecret');
  if (member) auth.rename(member, 'strategies');
  const isShorthand = file.textOf(secret) === 'secret';
  file.edits.insert(rangeOf(secret).start, `[new ${strategy}({ ${isShorthand ? '' : 'secret: '}`);
  // The legacy type took undefined, and boot then failed; an empty secret fails there too.
  const needsDefault = /\.[cm]?tsx?$/.test(file.path) && readsOptionalSetting(secret);
  file.edits.insert(
    rangeOf(secret).end,
    `${needsDefault ? " ?? ''".replaceAll("'", file.quote) : ''} })]`,
  );
  const switched = auth.member('required');
  if (required === undefined || switched === undefined) return;
  auth.remove(switched);
  if (isLiteral(required, true)) return;
  const [before, after] = condition(required, file.textOf(required));
  file.edits.insert(start, before);
  file.edits.insert(end, after);
}

/** Only `required: false` ever switched authentication off; undefined did not. */
function condition(required: Expression, text: string): [before: string, after: string] {
  return isBoolean(required)
    ? [`${text} ? `, ' : false']
    : [`${operand(required, text)} === false ? false : `, ''];
}

/** Comments of a removed value, as comments that can stand inside a line. */
function commentsOf(comments: readonly { readonly value: string }[]): string {
  return comments.map(({ value }) => ` /* ${value.trim().replaceAll('*/', '* /')} */`).join('');
}

/** `authentication: { enabled, required, strategy }`, which old documentation showed. */
export function migrateDocumentedAuthentication(context: MigrationContext, edit: ObjectEdit): void {
  const { file } = edit;
  const value = edit.value('authentication');
  const literal = value && withoutTypes(value);
  if (literal?.type !== 'ObjectExpression') return;
  const authentication = context.edit({ file, node: literal });
  const switches = ['enabled', 'required'].filter((key) => authentication.has(key));
  if (switches.length === 0 && !authentication.has('strategy')) return;
  if (switches.some((key) => isLiteral(authentication.value(key), false))) {
    const { start, end } = rangeOf(literal);
    file.edits.replace(start, end, `false${commentsOf(file.commentsBetween(start, end))}`);
    context.report.changed(file, literal, 'gateway.authentication switched off -> false');
    return;
  }
  context.leave(file, edit.member('authentication') ?? literal, 'AUTH_WITHOUT_SECRET');
}
