import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { jest } from '@jest/globals';
import { exportJWK, generateKeyPair } from 'jose';
import { Provider } from 'oidc-provider';

export const RESOURCE = 'https://chat.test';
export const INTROSPECTOR = { clientId: 'gateway', clientSecret: 'secret-of-gateway' };

/** A real OpenID Connect provider on this machine. */
export class IdentityProvider {
  /** Every request that came in, as `GET /jwks`. */
  readonly requests: string[] = [];
  /** It says that its defaults are not fit for production. */
  readonly #muted = (['warn', 'info'] as const).map((level) =>
    jest.spyOn(console, level).mockImplementation(() => undefined),
  );
  #listener: RequestListener = (_request, response) => response.writeHead(503).end();

  private constructor(
    readonly issuer: string,
    private readonly server: Server,
  ) {}

  static async start(): Promise<IdentityProvider> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const provider = new IdentityProvider(`http://127.0.0.1:${port}`, server);
    server.on('request', (request, response) => {
      provider.requests.push(`${request.method} ${request.url}`);
      provider.#listener(request, response);
    });
    await provider.rotateKeys();
    return provider;
  }

  get jwksUri(): string {
    return `${this.issuer}/jwks`;
  }

  /** Signs with a new key from now on, and publishes no other. */
  async rotateKeys(): Promise<void> {
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    const key = {
      ...(await exportJWK(privateKey)),
      kid: crypto.randomUUID(),
      alg: 'RS256',
      use: 'sig',
    };
    this.#listener = new Provider(this.issuer, configuration(key)).callback();
  }

  /** Answers every request with an error from now on. */
  fail(): void {
    this.#listener = (_request, response) => response.writeHead(503).end('down for maintenance');
  }

  /** Gets an access token of a client. */
  token(clientId: string, format: 'jwt' | 'opaque' = 'jwt'): Promise<string> {
    return this.tokenFor(clientId, `${RESOURCE}/${format}`);
  }

  /** Gets an access token of a client for an application. Those of `opal` are always opaque. */
  async tokenFor(clientId: string, resource: string): Promise<string> {
    const response = await this.#post('/token', {
      client_id: clientId,
      client_secret: `secret-of-${clientId}`,
      grant_type: 'client_credentials',
      scope: 'read',
      resource,
    });
    const { access_token: token } = (await response.json()) as { access_token: string };
    return token;
  }

  async revoke(clientId: string, token: string): Promise<void> {
    await this.#post('/token/revocation', {
      client_id: clientId,
      client_secret: `secret-of-${clientId}`,
      token,
    });
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    for (const level of this.#muted) level.mockRestore();
  }

  #post(path: string, form: Record<string, string>): Promise<Response> {
    return fetch(`${this.issuer}${path}`, { method: 'POST', body: new URLSearchParams(form) });
  }
}

const clientOf = (id: string): object => ({
  client_id: id,
  client_secret: `secret-of-${id}`,
  token_endpoint_auth_method: 'client_secret_post',
  grant_types: ['client_credentials'],
  redirect_uris: [],
  response_types: [],
  scope: 'read',
});

const configuration = (key: object): object => ({
  jwks: { keys: [key] },
  scopes: ['read'],
  clients: [
    clientOf('alice'),
    clientOf('bob'),
    clientOf('opal'),
    { ...clientOf(INTROSPECTOR.clientId), token_endpoint_auth_method: 'client_secret_basic' },
  ],
  // Of a token of a user the provider names the user. These are tokens of clients.
  extraTokenClaims: (_context: unknown, { clientId }: { clientId: string }) =>
    ({ alice: { org: 'acme' }, opal: { sub: 'opal' } })[clientId] ?? {},
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true, allowedPolicy: () => true },
    revocation: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (
        _context: unknown,
        resource: string,
        { clientId }: { clientId: string },
      ) => ({
        scope: 'read',
        audience: resource,
        accessTokenTTL: 600,
        ...(!resource.endsWith('/opaque') &&
          clientId !== 'opal' && {
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: 'RS256' } },
          }),
      }),
    },
  },
});
