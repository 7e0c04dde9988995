import { describe, expect, it } from '@jest/globals';
import {
  Catch,
  Injectable,
  ParseIntPipe,
  UseFilters,
  UseInterceptors,
  type ArgumentsHost,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
  type WsExceptionFilter,
} from '@nestjs/common';
import { MessageBody, SubscribeMessage } from '@nestjs/websockets';
import { map, type Observable } from 'rxjs';
import {
  CustomStrategy,
  GatewayAuthenticationService,
  StreamAccessPolicy,
  StreamingGateway,
  StreamingModule,
  StreamingWebSocketGateway,
  type AccessRequest,
  type AuthenticationOptions,
  type GatewayConnection,
  type Principal,
  type WebSocketGatewayOptions,
} from '../../../src/index.js';
import {
  type AuthenticationStrategy,
  type HandshakeCredential,
} from '../../../src/entries/auth.js';
import { type Channel } from '../../../src/client/index.js';
import { accepted, outcomeOf, refused } from '../../support/plain-client.js';
import { startAppOf, type PlainClient } from '../../support/streaming-app.js';
import { disconnected, secretRun } from './secure-app.js';

const principal = (id: string): Principal => ({ id, scopes: [], claims: {} });

/** Takes the token `<prefix>-<id>` of a principal. */
const byPrefix = (prefix: string): AuthenticationOptions => ({
  strategies: [
    new CustomStrategy(({ token = '' }) =>
      token.startsWith(`${prefix}-`) ? principal(token.slice(prefix.length + 1)) : undefined,
    ),
  ],
});

const start = (
  gateways: readonly unknown[],
  gateway: WebSocketGatewayOptions,
  providers: readonly unknown[] = [],
) =>
  startAppOf({
    imports: [StreamingModule.forRoot({ gateway })],
    providers: [...gateways, ...providers] as never,
  });

const ask = (client: PlainClient, event: string, payload: unknown = {}): Promise<unknown> =>
  (client.emitWithAck as (name: string, payload: unknown) => Promise<unknown>).call(
    client,
    event,
    payload,
  );

@StreamingGateway({
  namespace: '/support',
  authentication: byPrefix('support'),
  rooms: 'desk',
  maxConnections: 1,
})
class SupportGateway extends StreamingWebSocketGateway {}

@StreamingGateway({ namespace: '/public', authentication: false })
class PublicGateway extends StreamingWebSocketGateway {}

describe('several gateways in one application', () => {
  const outcomes = async (
    app: Awaited<ReturnType<typeof start>>,
    token: string,
  ): Promise<string[]> => {
    const results: string[] = [];
    for (const namespace of ['/streaming', '/support', '/public']) {
      const outcome = await outcomeOf(
        app.connect({ namespace, auth: { token }, reconnection: false }),
      );
      results.push(outcome === 'connected' ? outcome : outcome.code);
    }
    return results;
  };

  it('each ask for their own credential', async () => {
    const app = await start([SupportGateway, PublicGateway], { authentication: byPrefix('user') });
    expect(await outcomes(app, 'user-alice')).toEqual([
      'connected',
      'AUTHENTICATION_FAILED',
      'connected',
    ]);
    expect(await outcomes(app, 'support-carol')).toEqual([
      'AUTHENTICATION_FAILED',
      'connected',
      'connected',
    ]);
  });

  it('each have their own rooms, limits and policy', async () => {
    const app = await start([SupportGateway], { authentication: byPrefix('user') });
    const carol = app.connect({ namespace: '/support', auth: { token: 'support-carol' } });
    const alice = app.connect({ auth: { token: 'user-alice' } });
    accepted(await carol.emitWithAck('join_room', { roomId: 'desk' }));
    expect(refused(await alice.emitWithAck('join_room', { roomId: 'desk' }))).toBe(
      'ROOM_NOT_FOUND',
    );
    const full = app.connect({
      namespace: '/support',
      auth: { token: 'support-dave' },
      reconnection: false,
    });
    expect(await outcomeOf(full)).toMatchObject({ code: 'TOO_MANY_CONNECTIONS' });
  });

  it('lose a revoked principal together', async () => {
    const app = await start([SupportGateway], { authentication: byPrefix('user') });
    const clients = [
      app.connect({ namespace: '/support', auth: { token: 'support-alice' } }),
      app.connect({ auth: { token: 'user-alice' } }),
    ];
    for (const client of clients) accepted(await client.emitWithAck('ping', {}));
    const gone = clients.map(disconnected);
    expect(await app.app.get(GatewayAuthenticationService).revoke({ id: 'alice' })).toBe(2);
    expect(await Promise.all(gone)).toEqual(['io server disconnect', 'io server disconnect']);
  });

  it('on one server must agree on what belongs to the server', async () => {
    @StreamingGateway({ namespace: '/open', cors: { origin: true } })
    class OpenGateway extends StreamingWebSocketGateway {}
    await expect(start([OpenGateway], {})).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      message: expect.stringMatching(
        /StreamingWebSocketGateway and OpenGateway share a server but differ in cors|OpenGateway and StreamingWebSocketGateway share a server but differ in cors/,
      ),
    });
  });
});

describe('a subclass', () => {
  @Injectable()
  class Directory {
    readonly friends = new Map([['bob', 'alice']]);
    readonly tokens = new Map([['t-bob', 'bob']]);
  }

  @Injectable()
  class DirectoryStrategy implements AuthenticationStrategy {
    readonly name = 'directory';

    constructor(private readonly directory: Directory) {}

    async authenticate({ token = '' }: HandshakeCredential): Promise<Principal | undefined> {
      const id = this.directory.tokens.get(token);
      return id === undefined ? undefined : principal(id);
    }
  }

  @Injectable()
  class FriendsPolicy extends StreamAccessPolicy {
    constructor(private readonly directory: Directory) {
      super();
    }

    authorize({ principal: { id }, owner }: AccessRequest): boolean {
      return owner !== undefined && this.directory.friends.get(id) === owner.principalId;
    }
  }

  it('takes a strategy and a policy as classes, with what they inject', async () => {
    @StreamingGateway({
      authentication: { strategies: [DirectoryStrategy] },
      accessPolicy: FriendsPolicy,
    })
    class FriendsGateway extends StreamingWebSocketGateway {}
    const app = await start([FriendsGateway], {}, [Directory, DirectoryStrategy, FriendsPolicy]);
    for (const id of ['alice', 'carol'])
      app.streaming.run(secretRun('x'), { executionId: id, owner: { principalId: id } });
    const bob = app.connect({ auth: { token: 't-bob' } });
    accepted(await bob.emitWithAck('subscribe_execution', { executionId: 'alice' }));
    expect(refused(await bob.emitWithAck('subscribe_execution', { executionId: 'carol' }))).toBe(
      'EXECUTION_NOT_FOUND',
    );
  });

  it('takes part in what happens, through its hooks', async () => {
    const seen: string[] = [];
    @StreamingGateway()
    class AuditedGateway extends StreamingWebSocketGateway {
      protected override onConnect({ principal: { id } }: GatewayConnection): void {
        seen.push(`connect ${id}`);
      }

      protected override async authorize(
        { action, channel }: AccessRequest,
        allowed: () => Promise<boolean>,
      ): Promise<boolean> {
        seen.push(`authorize ${action} ${channel.id}`);
        return channel.id !== 'forbidden' && allowed();
      }

      protected override onSubscribe(_connection: GatewayConnection, { id }: Channel): void {
        seen.push(`subscribe ${id}`);
      }
    }
    const app = await start([AuditedGateway], { authentication: byPrefix('user') });
    const owner = { principalId: 'alice' };
    for (const executionId of ['mine', 'forbidden'])
      app.streaming.run(secretRun('x'), { executionId, owner });
    const alice = app.connect({ auth: { token: 'user-alice' } });
    accepted(
      await alice.emitWithAck('subscribe_execution', {
        executionId: 'mine',
        options: { from: 'live' },
      }),
    );
    expect(refused(await alice.emitWithAck('cancel_execution', { executionId: 'forbidden' }))).toBe(
      'EXECUTION_NOT_FOUND',
    );
    expect(seen).toEqual([
      'connect alice',
      'authorize subscribe mine',
      'subscribe mine',
      'authorize cancel forbidden',
    ]);
  });

  it('has pipes, interceptors and filters of Nest on its own handlers', async () => {
    class Wrapping implements NestInterceptor {
      intercept(_context: ExecutionContext, handler: CallHandler): Observable<unknown> {
        return handler.handle().pipe(map((value: unknown) => ({ value })));
      }
    }

    @Catch(RangeError)
    class RangeFilter implements WsExceptionFilter {
      catch(error: RangeError, host: ArgumentsHost): void {
        const ack = host.getArgs<unknown[]>().find((one) => typeof one === 'function') as (
          answer: object,
        ) => void;
        ack({ outOfRange: error.message });
      }
    }

    @UseFilters(RangeFilter)
    @StreamingGateway()
    class CountingGateway extends StreamingWebSocketGateway {
      @UseInterceptors(Wrapping)
      @SubscribeMessage('double')
      double(@MessageBody('count', ParseIntPipe) count: number): number {
        if (count > 10) throw new RangeError('too large');
        return count * 2;
      }
    }
    const app = await start([CountingGateway], {});
    const client = app.connect();
    expect(await ask(client, 'double', { count: '4' })).toEqual({ value: 8 });
    expect(await ask(client, 'double', { count: 11 })).toEqual({ outOfRange: 'too large' });
    expect(await ask(client, 'double', { count: 'x' })).toMatchObject({
      ok: false,
      error: { code: 'INVALID_PAYLOAD' },
    });
  });
});
