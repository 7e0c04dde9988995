import type { ResolvedAuthenticationOptions } from '../access/authentication-options.js';
import type { ResolvedRateLimitOptions } from '../access/rate-limit/rate-limit-options.js';
import type { StreamingBackendFactory } from '../cluster/streaming-backend.js';
import type { RequiredKeys } from '../common/required-keys.js';
import type { OPTION_DEFAULTS } from './option-defaults.js';
import type {
  DecoratorOptions,
  ProgressFormat,
  StreamEventOptions,
  StreamProgressOptions,
  StreamTokenOptions,
} from './decorator-options.js';
import type {
  AgentOptions,
  ExecutionOptions,
  GatewayCorsOptions,
  StreamLogOptions,
  TokenStreamOptions,
  WebSocketGatewayOptions,
} from './streaming-module-options.js';
import type { SlowClientOptions } from './slow-client-options.js';

/** Gateway options with every default applied, nested ones too. */
export interface ResolvedGatewayOptions extends RequiredKeys<
  Omit<WebSocketGatewayOptions, NestedGatewayOption>,
  Exclude<keyof typeof OPTION_DEFAULTS.gateway, NestedGatewayOption> | 'enabled'
> {
  readonly cors: false | ResolvedCorsOptions;
  readonly rateLimit: false | ResolvedRateLimitOptions;
  readonly slowClient: Required<SlowClientOptions>;
  readonly authentication: false | ResolvedAuthenticationOptions;
}

type NestedGatewayOption = 'cors' | 'rateLimit' | 'slowClient' | 'authentication';

/** CORS options with every default applied. */
export type ResolvedCorsOptions = RequiredKeys<GatewayCorsOptions, 'credentials'>;

/** The options of the module after the boot: validated, complete and frozen. */
export interface ResolvedStreamingOptions {
  readonly gateway: ResolvedGatewayOptions;
  readonly log: RequiredKeys<StreamLogOptions, keyof typeof OPTION_DEFAULTS.log>;
  readonly backend?: StreamingBackendFactory;
  readonly tokens: Required<TokenStreamOptions>;
  readonly executions: Required<ExecutionOptions>;
  readonly agents: Required<AgentOptions>;
  readonly decorators: ResolvedDecoratorOptions;
}

/** Defaults of the decorators: those of the module, completed by those of the library. */
export interface ResolvedDecoratorOptions extends Required<
  Omit<DecoratorOptions, 'token' | 'event' | 'progress'>
> {
  readonly token: ResolvedTokenOptions;
  readonly event: ResolvedEventOptions;
  readonly progress: ResolvedProgressOptions;
}

/** Options of `@StreamToken` with every default applied. */
export type ResolvedTokenOptions = RequiredKeys<
  StreamTokenOptions,
  keyof typeof OPTION_DEFAULTS.decorators.token
>;

/** Options of `@StreamEvent` with every default applied. */
export type ResolvedEventOptions = RequiredKeys<
  StreamEventOptions,
  keyof typeof OPTION_DEFAULTS.decorators.event
>;

/** Options of `@StreamProgress` with every default applied. */
export interface ResolvedProgressOptions extends RequiredKeys<
  Omit<StreamProgressOptions, 'format'>,
  Exclude<keyof typeof OPTION_DEFAULTS.decorators.progress, 'format'>
> {
  readonly format: Required<ProgressFormat>;
}
