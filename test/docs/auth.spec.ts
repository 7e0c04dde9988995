import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type AuthenticationOptions,
  CustomStrategy,
  type Principal,
  StreamingModule,
  type TicketStrategy,
  type StreamAccessPolicy,
} from '@hive-academy/langgraph-streaming';
import { type AuthenticationStrategy, hashApiKey } from '@hive-academy/langgraph-streaming/auth';
import type { StreamingClient } from '@hive-academy/langgraph-streaming/client';
import type { Type } from '@nestjs/common';
import { SignJWT } from 'jose';
import { IdentityProvider, RESOURCE } from '../support/identity-provider.js';
import { openClient, refusalOf } from '../support/open-client.js';
import { snippetFolder, type SnippetFolder } from '../support/run-snippets.js';
import { snippetsOf, typeFaults } from '../support/snippets.js';
import { onTestEnd, startApp, startAppOf } from '../support/streaming-app.js';

const PAGE = 'docs/auth.md';
const SECRET = 'a secret of at least thirty-two bytes';
const API_KEY = 'the-api-key-of-reporting';
const HASH_OF_THE_PAGE = '5f8e7e7f0f0c1bb1d2f5c8a0c4de8aa8b2d5d6a7c6a2b2b9d9f10e1a2b3c4d5e';

interface Strategies {
  readonly authentication: AuthenticationOptions;
  readonly tickets: TicketStrategy;
}

/** A token as the provider of the page's JWT strategy signs it. */
const tokenOf = (id: string, claims: object = {}): Promise<string> =>
  new SignJWT({ org: 'acme', ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(id)
    .setIssuer('https://login.example.com')
    .setAudience('chat')
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(SECRET));

/** Users whose token is `tenant/id`, or `tenant/id/scope`. */
const users = new CustomStrategy(({ token = '' }): Principal => {
  const [tenant = '', id = '', ...scopes] = token.split('/');
  return { id, tenant, scopes, claims: {} };
});

describe('docs/auth.md', () => {
  let provider: IdentityProvider;
  let snippets: SnippetFolder;
  let strategies: Strategies;

  beforeAll(async () => {
    provider = await IdentityProvider.start();
    process.env['JWT_SECRET'] = SECRET;
    snippets = await snippetFolder(PAGE, {
      'https://id.example.com': provider.issuer,
      'https://chat.example.com': `${RESOURCE}/jwt`,
      [HASH_OF_THE_PAGE]: hashApiKey(API_KEY),
    });
    strategies = await snippets.load<Strategies>('strategies.ts');
  });
  afterAll(() => provider.close());

  it('has snippets that compile against the library', () => {
    expect(typeFaults(snippetsOf(PAGE))).toEqual([]);
  }, 60_000);

  it.each([
    [
      'a JWT',
      async () => ({ token: await tokenOf('ada') }),
      { principalId: 'ada', tenant: 'acme' },
    ],
    [
      'a token of the identity provider',
      async () => ({ token: await provider.token('alice') }),
      { principalId: 'alice' },
    ],
    ['an API key', () => ({ apiKey: API_KEY }), { principalId: 'reporting' }],
    [
      'a ticket',
      () => strategies.tickets.issue({ id: 'bob', scopes: [], claims: {} }),
      { principalId: 'bob' },
    ],
    ['an invitation', () => ({ credentials: { invitation: 'welcome' } }), { principalId: 'guest' }],
  ])('shows strategies that know %s', async (_what, auth, owner) => {
    const { authentication } = strategies;
    const { url, streaming } = await startApp({ gateway: { authentication } });
    const { executionId } = streaming.run(['Only ', 'for you.'], { owner });
    const client = openClient({ url, auth: { ...(await auth()) } });
    expect(await client.execution(executionId).finalText()).toBe('Only for you.');
    const strangers = streaming.run(['Not for you.'], { owner: { principalId: 'eve' } });
    expect(await refusalOf(client, strangers.executionId)).toBe('EXECUTION_NOT_FOUND');
  });

  it.each<[what: string, auth: () => object | Promise<object>]>([
    ['nobody', () => ({})],
    ['a token whose tenant is no text', async () => ({ token: await tokenOf('ada', { org: 7 }) })],
    ['another API key', () => ({ apiKey: `${API_KEY}.` })],
    ['a ticket that nobody issued', () => ({ ticket: 'x'.repeat(43) })],
    ['another invitation', () => ({ credentials: { invitation: 'please' } })],
  ])('shows strategies that refuse %s', async (what, auth) => {
    const { authentication } = strategies;
    const { url, streaming } = await startApp({ gateway: { authentication } });
    const { executionId } = streaming.run(['Secret.'], { owner: { principalId: 'ada' } });
    const client = openClient({ url, auth: { ...(await auth()) } });
    expect(await refusalOf(client, executionId)).toBe(
      what === 'nobody' ? 'AUTHENTICATION_REQUIRED' : 'AUTHENTICATION_FAILED',
    );
  });

  it('shows a route that issues tickets, and a page that connects with them', async () => {
    const { TicketController } = await snippets.load<{ TicketController: Type }>(
      'ticket.controller.ts',
    );
    const asAda = (request: { user?: object }, _response: unknown, next: () => void): void => {
      request.user = { id: 'ada' };
      next();
    };
    const gateway = { authentication: { strategies: [strategies.tickets] } };
    const { url, streaming } = await startAppOf(
      { imports: [StreamingModule.forRoot({ gateway })], controllers: [TicketController] },
      { configure: (app) => app.use(asAda) },
    );
    const page = await snippetFolder(PAGE, { 'https://api.example.com': url });
    const { client } = await page.load<{ client: StreamingClient }>('ticket-client.ts');
    onTestEnd(() => client.close());
    const { executionId } = streaming.run(['For ', 'Ada.'], { owner: { principalId: 'ada' } });
    expect(await client.execution(executionId).finalText()).toBe('For Ada.');
  });

  it('shows a strategy that asks a provider of the application', async () => {
    const { SessionsStrategy, SessionStore } = await snippets.load<{
      SessionsStrategy: Type<AuthenticationStrategy>;
      SessionStore: Type;
    }>('sessions.strategy.ts');
    const find = async (token: string) =>
      token === 'session-of-ada' ? { userId: 'ada', expiresAt: Date.now() + 60_000 } : undefined;
    const { url, streaming } = await startApp(
      { gateway: { authentication: { strategies: [SessionsStrategy] } } },
      { providers: [SessionsStrategy, { provide: SessionStore, useValue: { find } }] },
    );
    const { executionId } = streaming.run(['Hello, ', 'Ada.'], { owner: { principalId: 'ada' } });
    const ada = openClient({ url, auth: { token: 'session-of-ada' } });
    expect(await ada.execution(executionId).finalText()).toBe('Hello, Ada.');
    const eve = openClient({ url, auth: { token: 'session-of-eve' } });
    expect(await refusalOf(eve, executionId)).toBe('AUTHENTICATION_FAILED');
  });

  it('shows a route that starts a run for who asks', async () => {
    const { ReportsController } = await snippets.load<{ ReportsController: Type }>(
      'reports.controller.ts',
    );
    const { authentication } = strategies;
    const { url } = await startApp(
      { gateway: { authentication } },
      { controllers: [ReportsController] },
    );
    const token = await tokenOf('ada');
    const start = (headers: Record<string, string>): Promise<Response> =>
      fetch(`${url}/reports`, { method: 'POST', headers });
    const started = await start({ authorization: `Bearer ${token}` });
    expect(started.status).toBe(201);
    const executionId = await started.text();
    expect(await openClient({ url, auth: { token } }).execution(executionId).finalText()).toBe(
      'A report.',
    );
    const bob = openClient({ url, auth: { token: await tokenOf('bob') } });
    expect(await refusalOf(bob, executionId)).toBe('EXECUTION_NOT_FOUND');
    expect((await start({})).status).toBe(401);
  });

  it('shows how a user is kept out', async () => {
    const { OffboardingService } = await snippets.load<{
      OffboardingService: Type<{ block(user: object): Promise<number> }>;
    }>('offboarding.service.ts');
    const { app, url, streaming } = await startApp(
      { gateway: { authentication: { strategies: [users] } } },
      { providers: [OffboardingService] },
    );
    const { executionId } = streaming.run(() => new Promise(() => undefined), {
      owner: { principalId: 'ada', tenant: 'acme' },
    });
    const ada = openClient({ url, auth: { token: 'acme/ada' } });
    const bob = openClient({ url, auth: { token: 'acme/bob' } });
    await Promise.all([ada.status(), bob.status()]);
    const refused = refusalOf(ada, executionId);
    await ada.status();
    expect(await app.get(OffboardingService).block({ id: 'ada', tenant: 'acme' })).toBe(1);
    expect(await refused).toBe('AUTHENTICATION_REVOKED');
    const again = openClient({ url, auth: { token: 'acme/ada' } });
    expect(await refusalOf(again, executionId)).toBe('AUTHENTICATION_REVOKED');
    await bob.status();
  });

  it('shows how a run gets its owner', async () => {
    const { RunService } = await snippets.load<{
      RunService: Type<{ start(user: object, answer: AsyncIterable<string>): string }>;
    }>('run.service.ts');
    const { app, url } = await startApp(
      { gateway: { authentication: { strategies: [users] } } },
      { providers: [RunService] },
    );
    async function* answer() {
      yield 'Only ';
      yield 'Ada of Acme.';
    }
    const executionId = app.get(RunService).start({ id: 'ada', tenant: 'acme' }, answer());
    const textFor = (token: string): StreamingClient => openClient({ url, auth: { token } });
    expect(await textFor('acme/ada').execution(executionId).finalText()).toBe('Only Ada of Acme.');
    for (const token of ['umbrella/ada', 'acme/bob'])
      expect(await refusalOf(textFor(token), executionId)).toBe('EXECUTION_NOT_FOUND');
  });

  it('shows a policy for teams', async () => {
    const { TeamPolicy } = await snippets.load<{ TeamPolicy: Type<StreamAccessPolicy> }>(
      'team.policy.ts',
    );
    const { url, streaming } = await startApp(
      { gateway: { authentication: { strategies: [users] }, accessPolicy: TeamPolicy } },
      { providers: [TeamPolicy] },
    );
    const { executionId } = streaming.run(['The plan.'], {
      owner: { principalId: 'ada', tenant: 'acme' },
    });
    const as = (token: string): StreamingClient => openClient({ url, auth: { token } });
    for (const token of ['acme/ada', 'acme/bob/watch'])
      expect(await as(token).execution(executionId).finalText()).toBe('The plan.');
    for (const token of ['acme/bob', 'umbrella/eve/watch'])
      expect(await refusalOf(as(token), executionId)).toBe('EXECUTION_NOT_FOUND');
    await expect(as('acme/bob/watch').cancel(executionId)).rejects.toMatchObject({
      code: 'EXECUTION_NOT_FOUND',
    });
  });
});
