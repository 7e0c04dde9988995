import { completeOptions } from './complete-options.js';
import { findContradictions } from './contradictions.js';
import { findSecurityIssues } from './gateway-security.js';
import { DEFAULTS_WHEN_GIVEN, OPTION_DEFAULTS } from './option-defaults.js';
import { findSchemaIssues, rejectIfAny, type OptionIssue } from '../errors/option-issue.js';
import { gatewaySchema, moduleSchema } from './options-schema.js';
import { resolveDecoratorOptions } from './resolve-decorator-options.js';
import type { ResolvedGatewayOptions, ResolvedStreamingOptions } from './resolved-options.js';
import type {
  StreamingModuleOptions,
  WebSocketGatewayOptions,
} from './streaming-module-options.js';

/**
 * Validates and completes the module options in one step, so that code that reads them has no defaults of its
 * own.
 *
 * @throws StreamingError `INVALID_OPTIONS`, with every fault and its path in `issues`
 */
export function resolveStreamingOptions(options: object = {}): ResolvedStreamingOptions {
  const faults = findSchemaIssues(moduleSchema, options);
  const given = options as StreamingModuleOptions;
  rejectIfAny([
    ...faults,
    ...findContradictions(options),
    ...securityIssues(faults, given.gateway),
  ]);
  return Object.freeze({
    gateway: completeGatewayOptions(given.gateway),
    ...(given.backend && { backend: given.backend }),
    log: completeOptions(given.log, OPTION_DEFAULTS.log) as ResolvedStreamingOptions['log'],
    tokens: completeOptions(
      given.tokens,
      OPTION_DEFAULTS.tokens,
    ) as ResolvedStreamingOptions['tokens'],
    executions: completeOptions(
      given.executions,
      OPTION_DEFAULTS.executions,
    ) as ResolvedStreamingOptions['executions'],
    agents: completeOptions(
      given.agents,
      OPTION_DEFAULTS.agents,
    ) as ResolvedStreamingOptions['agents'],
    decorators: resolveDecoratorOptions(given.decorators),
  });
}

/**
 * Completes the options of a subclass's gateway. Each of its options overrides the option of the module.
 *
 * @throws StreamingError `INVALID_OPTIONS`, with every fault and its path in `issues`
 */
export function resolveGatewayOptions(
  module: ResolvedGatewayOptions,
  subclass: WebSocketGatewayOptions,
): ResolvedGatewayOptions {
  rejectIfAny(findSchemaIssues(gatewaySchema, subclass, '@StreamingGateway'));
  const options = completeGatewayOptions(module, subclass);
  // When the module's gateway listens, its options were checked before.
  const isAuthenticationChosen =
    subclass.authentication !== undefined || module.enabled || Boolean(module.authentication);
  rejectIfAny(findSecurityIssues(options, isAuthenticationChosen));
  return options;
}

function completeGatewayOptions(
  module?: WebSocketGatewayOptions,
  subclass?: WebSocketGatewayOptions,
): ResolvedGatewayOptions {
  const enabled = module !== undefined || subclass !== undefined;
  const given = { enabled, ...OPTION_DEFAULTS.gateway, ...defined(module), ...defined(subclass) };
  const namespace = given.namespace.startsWith('/') ? given.namespace : `/${given.namespace}`;
  return completeOptions(
    { ...given, namespace },
    OPTION_DEFAULTS.gateway,
    DEFAULTS_WHEN_GIVEN.gateway,
  ) as ResolvedGatewayOptions;
}

/** Checks who may connect. This is possible only if the types of the options are right. */
function securityIssues(
  faults: readonly OptionIssue[],
  gateway: WebSocketGatewayOptions | undefined,
): OptionIssue[] {
  if (faults.some(({ path }) => /^(gateway|options)\b/.test(path))) return [];
  const given = completeGatewayOptions(gateway);
  return findSecurityIssues(given, gateway?.authentication !== undefined);
}

function defined<T extends object>(options: T | undefined): T {
  return Object.fromEntries(
    Object.entries(options ?? {}).filter(([, value]) => value !== undefined),
  ) as T;
}
