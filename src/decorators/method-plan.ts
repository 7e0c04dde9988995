import type {
  StreamEventOptions,
  StreamProgressOptions,
  StreamTokenOptions,
} from '../options/decorator-options.js';
import type { StreamGatewayOptions } from './gateway-options.js';
import { progressDurations, tokenDurations } from '../options/decorator-durations.js';
import type {
  ResolvedDecoratorOptions,
  ResolvedEventOptions,
  ResolvedProgressOptions,
  ResolvedTokenOptions,
} from '../options/resolved-options.js';

/** What the decorators of one method say together. */
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

/** What the calls of a method stream, in one application: its decorators over the module's defaults. */
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
  const token = merge(defaults.token, plan.token && tokenDurations(plan.token));
  const event = merge(defaults.event, plan.event);
  const progress = merge(defaults.progress, plan.progress && progressDurations(plan.progress));
  const isRouted = plan.gateway !== undefined;
  return token || event || progress || isRouted ? { plan, token, event, progress } : undefined;
}

function merge<TDefaults extends { readonly enabled: boolean }>(
  defaults: TDefaults,
  options: object | undefined,
): TDefaults | undefined {
  if (!options) return undefined;
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const merged = { ...defaults, ...Object.fromEntries(given) };
  return merged.enabled ? merged : undefined;
}
