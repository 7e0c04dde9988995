import type { StreamingBackendFactory } from '../cluster/streaming-backend.js';
import type { RequiredKeys } from '../common/required-keys.js';
import type { OPTION_DEFAULTS } from './option-defaults.js';
import type {
  DecoratorOptions,
  StreamEventOptions,
  StreamProgressOptions,
  StreamTokenOptions,
} from './decorator-options.js';
import type {
  ExecutionOptions,
  StreamLogOptions,
  TokenStreamOptions,
  WebSocketGatewayOptions,
} from './streaming-module-options.js';

/** Gateway options with every default applied. */
export type ResolvedGatewayOptions = RequiredKeys<
  WebSocketGatewayOptions,
  keyof typeof OPTION_DEFAULTS.gateway | 'enabled'
>;

/** What the rest of the library reads: validated, complete and frozen. */
export interface ResolvedStreamingOptions {
  readonly gateway: ResolvedGatewayOptions;
  readonly log: RequiredKeys<StreamLogOptions, keyof typeof OPTION_DEFAULTS.log>;
  readonly backend?: StreamingBackendFactory;
  readonly tokens: Required<TokenStreamOptions>;
  readonly executions: Required<ExecutionOptions>;
  readonly decorators: ResolvedDecoratorOptions;
}

/** Defaults of the decorators, with those of the library below them. */
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
export type ResolvedProgressOptions = RequiredKeys<
  StreamProgressOptions,
  keyof typeof OPTION_DEFAULTS.decorators.progress
>;
