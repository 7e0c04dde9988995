import type { z } from 'zod';
import { StreamingError } from '../errors/streaming.error.js';
import { type FoldedOptions, foldLegacyOptions } from '../legacy/fold-legacy-options.js';
import { progressDurations, tokenDurations } from './decorator-durations.js';
import { OPTION_DEFAULTS } from './option-defaults.js';
import { findSecurityIssues, type OptionIssue } from './gateway-security.js';
import { gatewaySchema, moduleSchema } from './options-schema.js';
import type { DecoratorOptions } from './decorator-options.js';
import type {
  ResolvedDecoratorOptions,
  ResolvedGatewayOptions,
  ResolvedStreamingOptions,
} from './resolved-options.js';
import type {
  StreamingModuleOptions,
  WebSocketGatewayOptions,
} from './streaming-module-options.js';

/** Resolved options, and what to tell about the ones that were given. */
export interface OptionsResolution {
  readonly resolved: ResolvedStreamingOptions;
  /** Lines to log once at boot. */
  readonly warnings: readonly string[];
}

/**
 * Folds, validates and completes module options.
 *
 * @throws StreamingError `INVALID_OPTIONS`, with every fault and its path in `issues`
 */
export function resolveStreamingOptions(raw: StreamingModuleOptions = {}): OptionsResolution {
  const folded = foldLegacyOptions({ ...raw });
  const { options } = folded;
  validate(moduleSchema, options, '');
  const given = options as StreamingModuleOptions;
  const resolved = Object.freeze({
    gateway: resolveGatewayOptions(given.gateway),
    ...(given.backend && { backend: given.backend }),
    log: Object.freeze({ ...OPTION_DEFAULTS.log, ...withoutUndefined(given.log) }),
    tokens: Object.freeze({ ...OPTION_DEFAULTS.tokens, ...withoutUndefined(given.tokens) }),
    executions: Object.freeze({
      ...OPTION_DEFAULTS.executions,
      ...withoutUndefined(given.executions),
    }),
    decorators: resolveDecoratorOptions(given.decorators),
  });
  return { resolved, warnings: warnings(folded) };
}

function resolveDecoratorOptions(given: DecoratorOptions = {}): ResolvedDecoratorOptions {
  const { token, event, progress } = OPTION_DEFAULTS.decorators;
  return Object.freeze({
    ...OPTION_DEFAULTS.decorators,
    ...withoutUndefined(given),
    token: Object.freeze({ ...token, ...tokenDurations(withoutUndefined(given.token)) }),
    event: Object.freeze({ ...event, ...withoutUndefined(given.event) }),
    progress: Object.freeze({
      ...progress,
      ...progressDurations(withoutUndefined(given.progress)),
    }),
  });
}

/** Completes gateway options; those of a subclass go over the module's, key by key. */
export function resolveGatewayOptions(
  module?: WebSocketGatewayOptions,
  subclass?: WebSocketGatewayOptions,
): ResolvedGatewayOptions {
  if (subclass) validate(gatewaySchema, subclass, '@StreamingGateway');
  const enabled = module !== undefined || subclass !== undefined;
  const merged = {
    enabled,
    ...OPTION_DEFAULTS.gateway,
    ...withoutUndefined(module),
    ...withoutUndefined(subclass),
  };
  rejectIfAny(findSecurityIssues(merged, isAuthenticationChosen(module, subclass)));
  return Object.freeze({
    ...merged,
    namespace: merged.namespace.startsWith('/') ? merged.namespace : `/${merged.namespace}`,
  });
}

/** Whether somebody said how the gateway authenticates, for the module or for the subclass. */
function isAuthenticationChosen(
  module?: WebSocketGatewayOptions,
  subclass?: WebSocketGatewayOptions,
): boolean {
  if (!subclass) return module?.authentication !== undefined;
  // The module's options are complete here; when its gateway listens they were checked before.
  return (
    subclass.authentication !== undefined ||
    module?.enabled === true ||
    Boolean(module?.authentication)
  );
}

function validate(schema: z.ZodType, options: unknown, root: string): void {
  const { error } = schema.safeParse(options);
  if (error) rejectIfAny(error.issues.flatMap((issue) => describeIssue(issue, root)));
}

function rejectIfAny(issues: readonly OptionIssue[]): void {
  if (issues.length === 0) return;
  const lines = issues.map(({ path, message }) => `  ${path}: ${message}`);
  throw new StreamingError(
    'INVALID_OPTIONS',
    `The streaming options have ${issues.length === 1 ? 'a fault' : `${issues.length} faults`}:\n${lines.join('\n')}`,
    { issues },
  );
}

function describeIssue(issue: z.core.$ZodIssue, root: string): OptionIssue[] {
  const path = [root, ...issue.path.map(String)].filter((part) => part !== '');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...path, key].join('.'),
      message: 'is not an option; see docs/options.md',
    }));
  }
  return [{ path: path.join('.') || 'options', message: issue.message }];
}

function withoutUndefined<T extends object>(options: T | undefined): T {
  return Object.fromEntries(
    Object.entries(options ?? {}).filter(([, value]) => value !== undefined),
  ) as T;
}

function warnings({ deprecated, ignored, isOffBySilence }: FoldedOptions): string[] {
  const lines: string[] = [];
  if (deprecated.length > 0) {
    lines.push(
      `Deprecated options: ${deprecated.join(', ')}. Rewrite them with: nest g -c @hive-academy/langgraph-streaming migrate-websocket-options migrate`,
    );
  }
  if (ignored.length > 0) lines.push(`Options without effect, remove them: ${ignored.join(', ')}.`);
  if (isOffBySilence) {
    lines.push(
      'The gateway is off: legacy options switch it on only with `enabled: true`. Say `gateway: { enabled: true }` if it should listen, or `enabled: false` to silence this line.',
    );
  }
  return lines;
}
