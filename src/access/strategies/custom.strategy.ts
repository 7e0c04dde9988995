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
 * A strategy that is one function. Write a class that implements `AuthenticationStrategy`, and give
 * the class itself in `strategies`, when verification needs injected providers.
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

  async authenticate(
    credential: HandshakeCredential,
    context: HandshakeContext,
  ): Promise<Principal | undefined> {
    return this.verify(credential, context);
  }
}
