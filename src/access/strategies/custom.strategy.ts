import type {
  AuthenticationStrategy,
  HandshakeContext,
  HandshakeCredential,
} from '../authentication-strategy.js';
import type { Principal } from '../principal.js';

/** Verifies a credential; see {@link AuthenticationStrategy.authenticate}. */
export type VerifyCredential = (
  credential: HandshakeCredential,
  context: HandshakeContext,
) => Principal | undefined | Promise<Principal | undefined>;

/**
 * A strategy that is one function. If it needs injected providers, write a class that implements
 * `AuthenticationStrategy` instead, and list the class in `strategies`.
 *
 * ```ts
 * new CustomStrategy(async ({ token }) => sessions.find(token));
 * ```
 *
 * @publicApi
 */
export class CustomStrategy implements AuthenticationStrategy {
  constructor(
    private readonly verify: VerifyCredential,
    readonly name = 'custom',
  ) {}

  /** Verifies a credential. @returns undefined for a credential of another kind */
  async authenticate(
    credential: HandshakeCredential,
    context: HandshakeContext,
  ): Promise<Principal | undefined> {
    return this.verify(credential, context);
  }
}
