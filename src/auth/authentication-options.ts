import type { AuthenticationStrategy } from './authentication-strategy.js';

/**
 * How the gateway finds and verifies credentials.
 *
 * @publicApi
 */
export interface AuthenticationOptions {
  /** Tried in order until one knows the credential. At least one. */
  readonly strategies: readonly AuthenticationStrategy[];
  /** How long the strategies may take for one handshake, in milliseconds. @default 5000 */
  readonly timeoutMs?: number;
}
