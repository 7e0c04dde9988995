import { suggestion } from '../core/suggestions.js';
import type { NamedMember } from '../core/object-edit.js';
import { withoutTypes } from '../core/syntax.js';
import { alternativesOf, composition } from './composition.js';
import { accepts, type JsonSchema, objectIn, schemaAt } from './json-schema.js';
import { hasLegacyKeysBelow, lastName, legacyKeyAt } from './legacy-keys.js';
import type { MigrationContext } from './migration-context.js';
import { OPTION_SCHEMA } from './option-schema.js';
import type { ObjectSite } from './resolution.js';

/** Keys that `forRoot` takes beside the options. */
const EXTRAS = new Set(['isGlobal']);

/**
 * Goes over every option once the rules have planned their edits, and reports what the boot would
 * refuse: names that it does not know and values that it does not take. So no rule has to.
 */
export class Coverage {
  private readonly seen = new Set<object>();

  constructor(private readonly context: MigrationContext) {}

  /** Reviews a literal, and everything that is spread into it or nested in it. */
  review(site: ObjectSite, path: string): void {
    for (const part of composition(this.context, site).parts) {
      if (this.seen.has(part.node)) continue;
      this.seen.add(part.node);
      const edit = this.context.edit(part);
      // What is moved out of a legacy object is known by its legacy names.
      const isLegacy = schemaAt(OPTION_SCHEMA, path) === undefined;
      for (const key of edit.keys()) {
        const member = edit.member(key);
        const name = member && (isLegacy ? key : edit.nameOf(member));
        if (!member) continue;
        if (name === undefined) this.reviewMoved(part, member, key, path);
        else this.reviewMember(part, member, key, name, path);
      }
      for (const member of edit.unknownMembers) {
        if (member.type !== 'SpreadElement' && !this.context.isLeft(member))
          this.context.leave(part.file, member, 'UNRESOLVED_VALUE');
      }
    }
  }

  /** What becomes part of another key still needs a value that the boot takes. */
  private reviewMoved(site: ObjectSite, member: NamedMember, key: string, parent: string): void {
    const path = join(parent, key);
    const row = legacyKeyAt(path);
    const schema = row?.fate === 'renamed' && schemaAt(OPTION_SCHEMA, row.current ?? '');
    if (schema) this.reviewValue(site, member, key, path, schema);
    else if (hasLegacyKeysBelow(path)) this.descend(site, key, path);
  }

  private reviewMember(
    site: ObjectSite,
    member: NamedMember,
    key: string,
    name: string,
    parent: string,
  ): void {
    const path = join(parent, name);
    const schema = schemaAt(OPTION_SCHEMA, path);
    if (schema !== undefined) this.reviewValue(site, member, key, path, schema);
    else if (path === 'websocket' || hasLegacyKeysBelow(path)) this.descend(site, key, path);
    else if (!(parent === '' && EXTRAS.has(name))) this.reviewName(site, member, path);
  }

  /** A name that the boot does not know, or knows from before. */
  private reviewName(site: ObjectSite, member: NamedMember, path: string): void {
    if (this.context.isLeft(member)) return;
    const row = legacyKeyAt(path);
    if (row === undefined) {
      const known = Object.keys(
        objectIn(schemaAt(OPTION_SCHEMA, parentOf(path)))?.properties ?? {},
      );
      const meant = suggestion(lastName(path), known);
      const hint = meant === undefined ? undefined : `did you mean \`${meant}\`?`;
      this.context.leave(site.file, member, 'UNKNOWN_KEY', hint);
    } else if (row.fate === 'renamed') {
      this.reviewMoved(site, member, lastName(path), parentOf(path));
    } else if (row.fate === 'reported') {
      const code = row.current === undefined ? 'NO_EFFECT' : 'CHANGED_SHAPE';
      this.context.leave(site.file, member, code, row.advice);
    }
  }

  private reviewValue(
    site: ObjectSite,
    member: NamedMember,
    key: string,
    path: string,
    schema: JsonSchema,
  ): void {
    const { context } = this;
    const value = context.edit(site).value(key);
    if (objectIn(schema)) this.descend(site, key, path);
    if (!value || context.isLeft(member) || context.isLeft(value)) return;
    const node = withoutTypes(value);
    if (node.type === 'ObjectExpression') {
      const advice = legacyKeyAt(path)?.advice;
      if (!accepts(schema, {})) context.leave(site.file, member, 'CHANGED_SHAPE', advice);
      return;
    }
    const literal = context.literal(site.file, value);
    if (literal !== undefined && !accepts(schema, literal))
      context.leave(site.file, member, 'INVALID_VALUE', JSON.stringify(literal));
  }

  private descend(site: ObjectSite, key: string, path: string): void {
    for (const { parts } of alternativesOf(this.context, site, key).compositions) {
      for (const part of parts) this.review(part, path);
    }
  }
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('.'), 0));
}

function join(parent: string, key: string): string {
  return parent === '' ? key : `${parent}.${key}`;
}
