// The names that an application needs for its own authentication, policies or limits.
export type { GatewayHandshake, RevokeOptions } from '../access/gateway-authentication.service.js';
export type { AuthenticationSession } from '../access/authentication-session.js';
export type { CredentialSources } from '../access/authentication-options.js';
export type {
  AuthenticationStrategy,
  HandshakeContext,
  HandshakeCredential,
} from '../access/authentication-strategy.js';
export { ANONYMOUS, targetOf } from '../access/principal.js';
export { hashApiKey } from '../access/strategies/api-key.strategy.js';
export type { ApiKeyEntry, ApiKeyStrategyOptions } from '../access/strategies/api-key.strategy.js';
export type { ClaimsMapping } from '../access/strategies/claims-mapping.js';
export type { VerifyCredential } from '../access/strategies/custom.strategy.js';
export type { JwtStrategyOptions } from '../access/strategies/jwt.strategy.js';
export type { JwtKeyOptions } from '../access/strategies/jwt-keys.js';
export type { OAuth2StrategyOptions } from '../access/strategies/oauth2.strategy.js';
export type { IntrospectionOptions } from '../access/strategies/token-introspection.js';
export type { SamlStrategyOptions } from '../access/strategies/saml-options.js';
export type {
  ConnectionTicket,
  TicketStrategyOptions,
} from '../access/strategies/ticket.strategy.js';
export { MemoryTicketStore } from '../access/strategies/ticket-store.js';
export type { TicketStore } from '../access/strategies/ticket-store.js';
export { OpenAccessPolicy } from '../access/access-policy/owner-access-policy.js';
export type { RoomAccess, RoomRule } from '../access/access-policy/room-access.js';
export type {
  GatewayRateLimitOptions,
  RateLimitedClient,
} from '../access/rate-limit/rate-limit-options.js';
