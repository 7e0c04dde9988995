import { SignJWT } from 'jose';
import {
  ApiKeyStrategy,
  JwtStrategy,
  StreamingGateway,
  StreamingWebSocketGateway,
  TicketStrategy,
  type ExecutionSource,
  type WebSocketGatewayOptions,
} from '../../../src/index.js';
import type { GatewayNamespace } from '../../../src/gateway/socket-types.js';
import { hashApiKey } from '../../../src/access/strategies/api-key.strategy.js';
import { outcomeOf } from '../../support/plain-client.js';
import { startApp, type PlainClient, type StreamingApp } from '../../support/streaming-app.js';

export const SECRET = 'the-secret-that-the-gateway-knows-of';
export const ISSUER = 'https://id.test';
export const AUDIENCE = 'chat';
export const API_KEY = 'the-api-key-of-alice';

export const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;

/** Claims of a good token of alice, but for what is given. */
export const claimsOf = (claims: Record<string, unknown> = {}): Record<string, unknown> => ({
  sub: 'alice',
  org: 'acme',
  iss: ISSUER,
  aud: AUDIENCE,
  exp: inSeconds(600),
  ...claims,
});

export const sign = (
  claims: Record<string, unknown>,
  { secret = SECRET, alg = 'HS256' } = {},
): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg }).sign(new TextEncoder().encode(secret));

/** A good token. */
export const tokenOf = (sub: string, claims: Record<string, unknown> = {}): Promise<string> =>
  sign(claimsOf({ sub, ...claims }));

/** The module's gateway, but that tests can wait for what it has seen. */
@StreamingGateway()
export class ObservedGateway extends StreamingWebSocketGateway {
  readonly #waiting = new Set<() => void>();

  /** Resolves when no more than `count` connections are left. */
  async drainedTo(count: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const check = (): void => {
        if (this.getActiveConnections().length > count) return;
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
      check();
    });
  }

  protected override onDisconnect(): void {
    for (const check of this.#waiting) check();
  }
}

/** An application that asks for credentials, and its tickets. */
export interface SecureApp extends StreamingApp {
  readonly tickets: TicketStrategy;
  readonly gateway: ObservedGateway;
  /** A client of a principal of the tenant `acme`. */
  connectAs(id: string, claims?: Record<string, unknown>): Promise<PlainClient>;
}

export async function startSecureApp(gateway: WebSocketGatewayOptions = {}): Promise<SecureApp> {
  const tickets = new TicketStrategy();
  const authentication = {
    strategies: [
      new JwtStrategy({
        secret: SECRET,
        issuer: ISSUER,
        audience: AUDIENCE,
        clockToleranceMs: 0,
        principal: { tenant: 'org' },
      }),
      new ApiKeyStrategy({
        keys: [{ hash: hashApiKey(API_KEY), principal: { id: 'alice', tenant: 'acme' } }],
      }),
      tickets,
    ],
    sources: { cookie: 'session', authorizationHeader: true, apiKeyHeader: 'x-api-key' },
  };
  const app = await startApp(
    { gateway: { authentication, ...gateway } },
    { providers: [ObservedGateway] },
  );
  return {
    ...app,
    tickets,
    gateway: app.app.get(ObservedGateway),
    connectAs: async (id, claims) => {
      const client = app.connect({ auth: { token: await tokenOf(id, claims) } });
      const outcome = await outcomeOf(client);
      if (outcome !== 'connected') throw new Error(`${id} was refused: ${JSON.stringify(outcome)}`);
      return client;
    },
  };
}

/** How many sessions the engine of an application has. */
export function sessionsOf({ app }: StreamingApp): number {
  const { server } = app.get<unknown, { server: GatewayNamespace }>(ObservedGateway);
  return server.server.engine.clientsCount;
}

/** Resolves when the server, or the loss of the transport, closed the connection. */
export async function disconnected(client: PlainClient): Promise<string> {
  if (!client.connected) return 'not connected';
  return new Promise((resolve) => client.once('disconnect', (reason) => resolve(reason)));
}

/** A run that streams a secret and then waits: to be cancelled, or to be answered. */
export const secretRun = (secret: string): ExecutionSource => ({
  run: async (context) => {
    context.token(secret);
    return { state: 'interrupted', interrupts: [{ id: 'q1', value: secret }] };
  },
  resume: async (context, { value }) => {
    context.emit('custom', { answered: value });
    return { state: 'completed' };
  },
});
