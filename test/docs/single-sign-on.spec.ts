import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type {
  AuthenticationOptions,
  CustomStrategy,
  Principal,
  SamlStrategy,
} from '@hive-academy/langgraph-streaming';
import type { ConnectionTicket } from '@hive-academy/langgraph-streaming/auth';
import type { Type } from '@nestjs/common';
import { Strategy as BearerStrategy } from 'passport-http-bearer';
import { IdentityProvider, INTROSPECTOR, RESOURCE } from '../support/identity-provider.js';
import { openClient, refusalOf } from '../support/open-client.js';
import { snippetFolder } from '../support/run-snippets.js';
import { SamlIdentityProvider } from '../support/saml-identity-provider.js';
import { snippetsOf, typeFaults } from '../support/snippets.js';
import { startApp, type StreamingApp } from '../support/streaming-app.js';

const PAGE = 'docs/single-sign-on.md';

/** An application with a run of somebody. */
async function startWith(
  authentication: AuthenticationOptions,
  owner: { readonly principalId: string; readonly tenant?: string },
  controllers: Type[] = [],
): Promise<StreamingApp & { readonly executionId: string }> {
  const app = await startApp({ gateway: { authentication } }, { controllers });
  const { executionId } = app.streaming.run(['Signed ', 'in.'], { owner });
  return { ...app, executionId };
}

it('docs/single-sign-on.md has snippets that compile against the library', () => {
  expect(typeFaults(snippetsOf(PAGE))).toEqual([]);
}, 60_000);

describe('the strategies for OAuth 2', () => {
  const audience = `${RESOURCE}/both`;
  let provider: IdentityProvider;
  let authentication: AuthenticationOptions;

  beforeAll(async () => {
    provider = await IdentityProvider.start();
    process.env['CLIENT_SECRET'] = INTROSPECTOR.clientSecret;
    const { load } = await snippetFolder(PAGE, {
      'https://id.example.com': provider.issuer,
      'https://chat.example.com': audience,
      'chat-gateway': INTROSPECTOR.clientId,
    });
    ({ authentication } = await load<{ authentication: AuthenticationOptions }>('oauth2.ts'));
  });
  afterAll(() => provider.close());

  it.each([
    ['signed', 'alice', { principalId: 'alice', tenant: 'acme' }],
    ['opaque', 'opal', { principalId: 'opal' }],
  ])('let the user of a token that is %s in', async (_kind, clientId, owner) => {
    const { url, executionId } = await startWith(authentication, owner);
    const token = await provider.tokenFor(clientId, audience);
    expect(token.split('.').length).toBe(clientId === 'alice' ? 3 : 1);
    const client = openClient({ url, auth: { token } });
    expect(await client.execution(executionId).finalText()).toBe('Signed in.');
  });

  it('let nobody in whose token is of another application, or was withdrawn', async () => {
    const { url, executionId } = await startWith(authentication, { principalId: 'opal' });
    const withdrawn = await provider.tokenFor('opal', audience);
    await provider.revoke('opal', withdrawn);
    for (const token of [withdrawn, await provider.token('opal', 'opaque')]) {
      const client = openClient({ url, auth: { token } });
      expect(await refusalOf(client, executionId)).toBe('AUTHENTICATION_FAILED');
    }
  });
});

describe('the routes for SAML', () => {
  let provider: SamlIdentityProvider;
  let app: StreamingApp & { readonly executionId: string };

  beforeEach(async () => {
    provider = new SamlIdentityProvider();
    process.env['SAML_CERTIFICATE'] = provider.publicKey;
    const { load } = await snippetFolder(PAGE, {
      'id.example.com': 'id.test',
      'chat.example.com': 'chat.test',
      organisation: 'department',
    });
    const { saml, SamlController } = await load<{ saml: SamlStrategy; SamlController: Type }>(
      'saml.controller.ts',
    );
    const owner = { principalId: 'alice@acme.test', tenant: 'research' };
    app = await startWith({ strategies: [saml] }, owner, [SamlController]);
  });

  const post = (response: string): Promise<Response> =>
    fetch(`${app.url}/saml/callback`, {
      method: 'POST',
      body: new URLSearchParams({ SAMLResponse: response }),
    });

  it('send the browser to the provider, and exchange what it brings back for a ticket', async () => {
    const login = await fetch(`${app.url}/saml/login`, { redirect: 'manual' });
    expect(login.status).toBe(302);
    const answer = await post(await provider.respond(login.headers.get('location') ?? ''));
    const { ticket } = (await answer.json()) as ConnectionTicket;
    const client = openClient({ url: app.url, auth: { ticket } });
    expect(await client.execution(app.executionId).finalText()).toBe('Signed in.');
  });

  it('refuse what no request of theirs asked for', async () => {
    const answer = await post(await provider.respondTo('', {}));
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ code: 'AUTHENTICATION_FAILED' });
  });
});

describe('the strategy over Passport', () => {
  interface User {
    readonly name: string;
  }
  type FromPassport = (strategy: object, toPrincipal: (user: User) => Principal) => CustomStrategy;

  it('lets in who the strategy of Passport knows', async () => {
    const { load } = await snippetFolder(PAGE);
    const { fromPassport } = await load<{ fromPassport: FromPassport }>('passport.strategy.ts');
    const bearer = new BearerStrategy((token, done) =>
      token === 'broken'
        ? done(new Error('no database'))
        : done(null, token === 'ada' && { name: token }),
    );
    const strategy = fromPassport(bearer, ({ name }) => ({ id: name, scopes: [], claims: {} }));
    const { url, executionId } = await startWith(
      { strategies: [strategy] },
      { principalId: 'ada' },
    );
    const as = (token: string) => openClient({ url, auth: { token } });
    expect(await as('ada').execution(executionId).finalText()).toBe('Signed in.');
    expect(await refusalOf(as('eve'), executionId)).toBe('AUTHENTICATION_FAILED');
    const broken = as('broken');
    const told = await new Promise((resolve) => broken.on('connection', resolve));
    expect(told).toMatchObject({ error: { code: 'AUTHENTICATION_UNAVAILABLE', retryable: true } });
  });
});
