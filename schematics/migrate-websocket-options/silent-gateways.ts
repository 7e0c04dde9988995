import { isNeverNullish } from '../core/expressions.js';
import type { SourceFile } from '../core/source-file.js';
import type { Expression, ObjectExpression } from '../core/syntax.js';
import { type Alternatives, alternativesOf, type Composition, composition } from './composition.js';
import type { OptionLevel } from './typed-options.js';
import { hasLegacyKeysBelow, legacyKeyAt } from './legacy-keys.js';
import type { MigrationContext } from './migration-context.js';
import { schemaAt } from './json-schema.js';
import { OPTION_SCHEMA } from './option-schema.js';
import type { ObjectSite } from './resolution.js';

/** Keys that gateways had in 0.x and have now, so that they do not tell which version is meant. */
const IN_BOTH = new Set(['port', 'cors', 'rateLimit']);

/**
 * Finds the gateways that legacy options left off by not saying `enabled`. A gateway is on now unless
 * it says otherwise, so these have to say it.
 */
export class SilentGateways {
  private readonly silent = new Set<ObjectExpression>();
  private readonly spoken = new Set<ObjectExpression>();
  private readonly legacy = new Set<ObjectExpression>();

  constructor(private readonly context: MigrationContext) {}

  /** Whether a literal of `gateway` or `websocket` must be switched off. */
  has({ node }: Pick<ObjectSite, 'node'>): boolean {
    return this.silent.has(node) && !this.spoken.has(node);
  }

  /** Whether a literal is part of options that hold a legacy key. */
  isLegacy({ node }: Pick<ObjectSite, 'node'>): boolean {
    return this.legacy.has(node);
  }

  /** Looks at options where they are used, with everything that is spread into them. */
  inspect(level: OptionLevel, site: ObjectSite): void {
    const { context } = this;
    const root = composition(context, site);
    const parts = level === 'module' ? root.parts : [];
    const of = (key: string): Alternatives[] =>
      parts.map((part) => alternativesOf(context, part, key));
    const found = [...of('gateway'), ...of('websocket')];
    const gateways =
      level === 'gateway' ? [root] : of('gateway').flatMap(({ compositions }) => compositions);
    const websockets = of('websocket').flatMap(({ compositions }) => compositions);
    const isLegacy =
      parts.some((part) => this.hasLegacyKey(part, '')) ||
      gateways.some((one) => one.parts.some((part) => this.hasLegacyKey(part, 'gateway')));
    if (isLegacy) this.note(this.legacy, root);
    const isKnown = root.isComplete && found.every(({ isComplete }) => isComplete);
    const isSwitched = parts.some((part) => context.edit(part).has('enabled'));
    for (const one of [...gateways, ...websockets]) {
      const others = gateways.includes(one) ? websockets : gateways;
      const isSaid =
        isSwitched || one.surely.has('enabled') || others.some((other) => this.mentions(other));
      if (isLegacy) this.note(isSaid || !isKnown ? this.spoken : this.silent, one);
      else if (isKnown && gateways.includes(one)) this.reviewShared(site, one);
    }
  }

  private mentions({ parts }: Composition): boolean {
    return parts.some((part) => this.context.edit(part).has('enabled'));
  }

  private note(set: Set<ObjectExpression>, { parts }: Composition): void {
    for (const { node } of parts) set.add(node);
  }

  private hasLegacyKey(site: ObjectSite, path: string): boolean {
    const edit = this.context.edit(site);
    return edit.keys().some((key) => {
      const inner = path === '' ? key : `${path}.${key}`;
      const isOld = legacyKeyAt(inner) !== undefined || hasLegacyKeysBelow(inner);
      if (isOld && schemaAt(OPTION_SCHEMA, inner) === undefined) return true;
      if (!hasLegacyKeysBelow(inner)) return inner === 'gateway.rooms' && this.isObject(site, key);
      return (
        inner !== 'gateway' &&
        alternativesOf(this.context, site, key).compositions.some(({ parts }) =>
          parts.some((part) => this.hasLegacyKey(part, inner)),
        )
      );
    });
  }

  private isObject(site: ObjectSite, key: string): boolean {
    return alternativesOf(this.context, site, key).compositions.length > 0;
  }

  /** `gateway: { port }` was off in 0.x and is on now, and nothing tells which of them is meant. */
  private reviewShared(site: ObjectSite, { parts, surely }: Composition): void {
    const keys = parts.flatMap((part) => this.context.edit(part).keys());
    const switches = parts.flatMap((part) => {
      const value = this.context.edit(part).value('enabled');
      return value ? [{ file: part.file, value }] : [];
    });
    const isSaid = surely.has('enabled') && switches.every((one) => this.isSwitch(one));
    const isOfBoth = keys.every((key) => key === 'enabled' || IN_BOTH.has(key));
    if (isSaid || !isOfBoth) return;
    const edit = this.context.edit(site);
    const others = edit.keys().filter((key) => key !== 'gateway' && key !== 'isGlobal');
    if (others.length > 0 && edit.has('gateway')) return;
    this.context.leave(edit.file, edit.member('gateway') ?? site.node, 'ON_BY_DEFAULT');
  }

  private isSwitch({ file, value }: { file: SourceFile; value: Expression }): boolean {
    return isNeverNullish(value) || typeof this.context.literal(file, value) === 'boolean';
  }
}
