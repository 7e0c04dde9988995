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
  /** Which pages of other origins may connect. */
  readonly cors: false | ResolvedCorsOptions;
  /** Limits on how often clients may do things. */
  readonly rateLimit: false | ResolvedRateLimitOptions;
  /** When a client counts as slow. */
  readonly slowClient: Required<SlowClientOptions>;
  /** How connections are authenticated. */
  readonly authentication: false | ResolvedAuthenticationOptions;
}

type NestedGatewayOption = 'cors' | 'rateLimit' | 'slowClient' | 'authentication';

/** CORS options with every default applied. */
export type ResolvedCorsOptions = RequiredKeys<GatewayCorsOptions, 'credentials'>;

/** The options of the module after the boot: validated, complete and frozen. */
export interface ResolvedStreamingOptions {
  /** The options of the module's gateway. */
  readonly gateway: ResolvedGatewayOptions;
  /** What the log keeps, and where. */
  readonly log: RequiredKeys<StreamLogOptions, keyof typeof OPTION_DEFAULTS.log>;
  /** The backend that the instances share, if there is one. */
  readonly backend?: StreamingBackendFactory;
  /** How tokens are joined. */
  readonly tokens: Required<TokenStreamOptions>;
  /** Limits of executions. */
  readonly executions: Required<ExecutionOptions>;
  /** Limits for the agents that clients start. */
  readonly agents: Required<AgentOptions>;
  /** Defaults of the decorators. */
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
