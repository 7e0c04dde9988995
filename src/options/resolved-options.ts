import type { RequiredKeys } from './required-keys.js';
import type { OPTION_DEFAULTS } from './option-defaults.js';
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
  readonly tokens: Required<TokenStreamOptions>;
  readonly executions: Required<ExecutionOptions>;
}
