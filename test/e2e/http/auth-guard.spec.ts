import { describe, expect, it } from '@jest/globals';
import { Controller, Get, Post, UseGuards } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { SubscribeMessage } from '@nestjs/websockets';
import {
  ApiKeyStrategy,
  CurrentPrincipal,
  JwtStrategy,
  ownerOf,
  StreamingAuthGuard,
  StreamingGateway,
  StreamingModule,
  StreamingWebSocketGateway,
  type AuthenticationOptions,
  type Principal,
  type WebSocketGatewayOptions,
} from '../../../src/index.js';
import { hashApiKey } from '../../../src/entries/auth.js';
import { type ChannelOwner } from '../../../src/client/index.js';
import { startApp, startAppOf } from '../../support/streaming-app.js';
import { claimsOf, SECRET, sign } from '../security/secure-app.js';

const KEY = 'the-api-key-of-a-service';

const STRATEGIES: AuthenticationOptions['strategies'] = [
  new JwtStrategy({ secret: SECRET, principal: { tenant: 'org' } }),
  new ApiKeyStrategy({ keys: [{ hash: hashApiKey(KEY), principal: { id: 'service' } }] }),
];

@Controller('runs')
@UseGuards(StreamingAuthGuard)
class RunsController {
  @Get()
  read(@CurrentPrincipal() principal: Principal): ChannelOwner {
    return ownerOf(principal);
  }

  @Post()
  start(@CurrentPrincipal() principal: Principal): ChannelOwner {
    return ownerOf(principal);
  }
}

@Controller('open')
class OpenController {
  @Get()
  read(@CurrentPrincipal() principal: Principal): ChannelOwner {
    return ownerOf(principal);
  }
}

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
}

async function start(
  options: WebSocketGatewayOptions = {},
  platform: 'express' | 'fastify' = 'express',
): Promise<(path: string, headers?: Record<string, string>, method?: string) => Promise<Answer>> {
  const { url } = await startAppOf(
    {
      imports: [
        StreamingModule.forRoot({
          gateway: { authentication: { strategies: STRATEGIES }, ...options },
        }),
      ],
      controllers: [RunsController, OpenController],
    },
    platform === 'fastify' ? { httpAdapter: new FastifyAdapter() } : {},
  );
  return async (path, headers = {}, method = 'POST') => {
    const response = await fetch(`${url}${path}`, { method, headers });
    const body = (await response.json()) as Record<string, unknown>;
    return { status: response.status, body, headers: response.headers };
  };
}

const bearer = async (
  claims: Record<string, unknown> = {},
): Promise<{ authorization: string }> => ({
  authorization: `Bearer ${await sign(claimsOf(claims))}`,
});

describe.each(['express', 'fastify'] as const)('StreamingAuthGuard on %s', (platform) => {
  it('lets in whom the strategies of the gateway know, and says who it is', async () => {
    const ask = await start({}, platform);
    expect(await ask('/runs', await bearer())).toMatchObject({
      status: 201,
      body: { principalId: 'alice', tenant: 'acme' },
    });
  });

  it('refuses the others as the gateway does', async () => {
    const ask = await start({}, platform);
    const { status, body, headers } = await ask('/runs');
    expect([status, headers.get('www-authenticate'), body]).toEqual([
      401,
      'Bearer',
      expect.objectContaining({ code: 'AUTHENTICATION_REQUIRED', retryable: false }),
    ]);
    const forged = {
      authorization: `Bearer ${await sign(claimsOf(), { secret: 'a-guess'.repeat(8) })}`,
    };
    expect(await ask('/runs', forged)).toMatchObject({
      status: 401,
      body: { code: 'AUTHENTICATION_FAILED', message: 'The credential was refused.' },
    });
    expect(await ask('/runs', await bearer({ exp: 1 }))).toMatchObject({
      status: 401,
      body: { code: 'AUTHENTICATION_EXPIRED' },
    });
  });
});

describe('StreamingAuthGuard', () => {
  const sourcesAndPlaces: [
    AuthenticationOptions['sources'],
    string,
    Record<string, string>,
    number,
  ][] = [
    [{}, 'header', {}, 201],
    [{ authorizationHeader: false }, 'header', {}, 401],
    [{ handshake: false }, 'header', {}, 201],
    [{}, 'cookie', {}, 401],
    [{ cookie: 'session' }, 'cookie', {}, 201],
    [{}, 'x-api-key', { 'x-api-key': KEY }, 401],
    [{ apiKeyHeader: 'X-Api-Key' }, 'x-api-key', { 'x-api-key': KEY }, 201],
  ];

  it.each(sourcesAndPlaces)(
    'with the sources %j and a credential in the %s',
    async (sources, place, headers, status) => {
      const ask = await start({
        authentication: { strategies: STRATEGIES, ...(sources && { sources }) },
      });
      const { authorization } = await bearer();
      const given =
        place === 'header'
          ? { authorization }
          : place === 'cookie'
            ? { cookie: `session=${authorization.slice('Bearer '.length)}` }
            : headers;
      expect((await ask('/runs', given)).status).toBe(status);
    },
  );

  it('lets no page of another origin act with the cookie of its visitor', async () => {
    const ask = await start({
      authentication: { strategies: STRATEGIES, sources: { cookie: 'session' } },
      cors: { origin: 'https://app.example' },
    });
    const { authorization } = await bearer();
    const cookie = `session=${authorization.slice('Bearer '.length)}`;
    const statuses = async (headers: Record<string, string>): Promise<number[]> => [
      (await ask('/runs', { cookie, ...headers })).status,
      (await ask('/runs', { cookie, ...headers }, 'GET')).status,
    ];
    expect(await statuses({ origin: 'https://evil.example' })).toEqual([403, 200]);
    expect(await statuses({ 'sec-fetch-site': 'cross-site' })).toEqual([403, 200]);
    expect(await statuses({ origin: 'https://app.example' })).toEqual([201, 200]);
    expect(await statuses({})).toEqual([201, 200]);
  });

  it('counts failed credentials together with those of the gateway', async () => {
    const ask = await start({ rateLimit: { maxFailedAuthentications: 1 } });
    await ask('/runs', { authorization: 'Bearer a.b.c' });
    const { status, body, headers } = await ask('/runs', await bearer());
    expect([status, body['code']]).toEqual([429, 'RATE_LIMITED']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('is what CurrentPrincipal needs, which a route without it says', async () => {
    const ask = await start();
    expect((await ask('/open', await bearer(), 'GET')).status).toBe(500);
  });

  it('lets the messages of a gateway through, whose clients were verified', async () => {
    @StreamingGateway()
    class ChatGateway extends StreamingWebSocketGateway {
      @UseGuards(StreamingAuthGuard)
      @SubscribeMessage('who')
      who(@CurrentPrincipal() { id }: Principal): string {
        return id;
      }
    }
    const app = await startApp(
      { gateway: { authentication: { strategies: STRATEGIES } } },
      { providers: [ChatGateway] },
    );
    const client = app.connect({ auth: { token: await sign(claimsOf()) } });
    const ask = client.emitWithAck.bind(client) as unknown as (event: string) => Promise<unknown>;
    expect(await ask('who')).toBe('alice');
  });
});
