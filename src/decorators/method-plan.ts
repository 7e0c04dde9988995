import type {
  StreamEventOptions,
  StreamProgressOptions,
  StreamTokenOptions,
} from '../options/decorator-options.js';
import type { StreamGatewayOptions } from './gateway-options.js';
import { type DecoratorKind, resolveMethodOptions } from '../options/resolve-decorator-options.js';
import type {
  ResolvedDecoratorOptions,
  ResolvedEventOptions,
  ResolvedProgressOptions,
  ResolvedTokenOptions,
} from '../options/resolved-options.js';

/** The options of all decorators of one method. */
export interface MethodPlan {
  readonly className: string;
  readonly methodName: string;
  readonly token?: StreamTokenOptions;
  readonly event?: StreamEventOptions;
  readonly progress?: StreamProgressOptions;
  readonly gateway?: StreamGatewayOptions;
}

/** How logs name a method. */
export function nameOf({ className, methodName }: MethodPlan): string {
  return `${className}.${methodName}`;
}

/**
 * The complete options of a method in one application: its decorators, completed by the module's defaults.
 */
export interface CallSettings {
  readonly plan: MethodPlan;
  readonly token: ResolvedTokenOptions | undefined;
  readonly event: ResolvedEventOptions | undefined;
  readonly progress: ResolvedProgressOptions | undefined;
}

/** @returns undefined when nothing is streamed */
export function settingsOf(
  plan: MethodPlan,
  defaults: ResolvedDecoratorOptions,
): CallSettings | undefined {
  if (!defaults.enabled) return undefined;
  const token = optionsOf('token', plan, defaults);
  const event = optionsOf('event', plan, defaults);
  const progress = optionsOf('progress', plan, defaults);
  const isRouted = plan.gateway !== undefined;
  return token || event || progress || isRouted ? { plan, token, event, progress } : undefined;
}

/** @returns undefined for a decorator that the method does not have, or that is off */
function optionsOf<K extends DecoratorKind>(
  kind: K,
  plan: MethodPlan,
  defaults: ResolvedDecoratorOptions,
): ResolvedDecoratorOptions[K] | undefined {
  const given = plan[kind];
  if (!given) return undefined;
  const options = resolveMethodOptions(kind, defaults[kind], given);
  return options.enabled ? options : undefined;
}
