import { describe, expect, it } from '@jest/globals';
import { BadRequestException, type CanActivate } from '@nestjs/common';
import { ConnectedSocket, MessageBody, SubscribeMessage } from '@nestjs/websockets';
import {
  StreamingError,
  StreamingGateway,
  StreamingModule,
  StreamingWebSocketGateway,
} from '../../../src/index.js';
import { type ErrorBody } from '../../../src/client/index.js';
import { type GatewaySocket } from '../../../src/entries/gateway.js';
import { loggedLines } from '../../support/logged-lines.js';
import { accepted, outcomeOf, refused } from '../../support/plain-client.js';
import { startAppOf, type PlainClient } from '../../support/streaming-app.js';
import { API_KEY, claimsOf, secretRun, sign, startSecureApp, tokenOf } from './secure-app.js';

const lines = loggedLines('log', 'error', 'warn', 'debug', 'verbose', 'fatal');

describe('what a client is told of a failure of the server', () => {
  it('is a correlation id that leads to the details in the log, and none of them', async () => {
    const app = await startSecureApp({
      accessPolicy: {
        authorize: () => {
          throw new Error('connect ECONNREFUSED db.internal:5432');
        },
      },
    });
    app.streaming.run(secretRun('x'), { executionId: 'run' });
    const alice = await app.connectAs('alice');
    const answer = await alice.emitWithAck('subscribe_execution', { executionId: 'run' });
    expect(refused(answer)).toBe('EXECUTION_NOT_FOUND');
    expect(JSON.stringify(answer)).not.toMatch(/ECONNREFUSED|db\.internal|at /);
    expect(lines.filter((line) => line.includes('ECONNREFUSED'))).toHaveLength(1);
  });

  it('is the same id in the answer and in the log', async () => {
    const app = await startSecureApp();
    const outcome = await outcomeOf(
      app.connect({ auth: { token: 'garbage' }, reconnection: false }),
    );
    const { correlationId = 'none' } = outcome as ErrorBody;
    expect(lines.filter((line) => line.includes(correlationId))).toEqual([
      expect.stringContaining(`AUTHENTICATION_FAILED ${correlationId} [handshake]`),
    ]);
  });
});

describe('the log', () => {
  it('has no credential in it, whatever is presented where', async () => {
    const app = await startSecureApp();
    const token = await tokenOf('alice');
    const forged = await sign(claimsOf(), { secret: 'a-guess-at-the-secret-of-the-gateway' });
    const expired = await tokenOf('alice', { exp: 1 });
    const { ticket } = await app.tickets.issue({
      id: 'alice',
      tenant: 'acme',
      scopes: [],
      claims: {},
    });
    for (const auth of [
      { token },
      { token: forged },
      { token: expired },
      { apiKey: API_KEY },
      { apiKey: `${API_KEY}x` },
      { ticket },
      { ticket },
    ]) {
      await outcomeOf(app.connect({ auth, reconnection: false }));
    }
    const alice = await app.connectAs('alice');
    await alice.emitWithAck('authentication', { token: forged });
    await alice.emitWithAck('subscribe_execution', { executionId: token });
    await (alice.emitWithAck as (event: string, payload: object) => Promise<unknown>).call(
      alice,
      token,
      { token },
    );
    const log = lines.join('\n');
    expect(lines.length).toBeGreaterThan(4);
    for (const secret of [token, forged, expired]) expect(log).not.toContain(secret.split('.')[2]);
    expect(log).not.toContain(API_KEY);
    expect(log).not.toContain(ticket);
  });
});

describe('the log of a run that fails', () => {
  it('has no secret of it, and no line or control character of a client', async () => {
    const app = await startSecureApp();
    const said = '\u009b31m \u202e\nERROR forged';
    const failing = async (): Promise<never> => {
      const cause = new Error(`Incorrect API key provided: sk-proj-abcdefgh1234`);
      throw new Error(`cannot answer "${said}"`, { cause });
    };
    await expect(app.streaming.run(failing).done).rejects.toThrow('cannot answer');
    const log = lines.filter((line) => line.includes('cannot answer')).join('\n');
    expect(log).toMatch(/Execution \S+ failed/);
    expect(log).toMatch(/Error: cannot answer .*\n {4}at /);
    expect(log).toContain('Incorrect API key provided: [redacted]');
    expect(log).not.toMatch(/sk-proj|[\u0080-\u009f\u202e]|\nERROR forged/);
  });
});

describe('a gateway of the application', () => {
  class OnlyAdmins implements CanActivate {
    canActivate(): boolean {
      return false;
    }
  }

  @StreamingGateway()
  class ChatGateway extends StreamingWebSocketGateway {
    @SubscribeMessage('whoami')
    whoami(@ConnectedSocket() socket: GatewaySocket, @MessageBody() payload: object): object {
      return { id: socket.data.principal.id, payload };
    }

    @SubscribeMessage('explode')
    explode(): never {
      throw new Error('secret detail of a handler');
    }

    @SubscribeMessage('reject')
    async reject(): Promise<never> {
      throw new BadRequestException('secret detail of a pipe');
    }

    @SubscribeMessage('refuse')
    refuse(): never {
      throw new StreamingError('FORBIDDEN', 'Ask your administrator.');
    }

    protected override onConnect(): void {
      throw new Error('a hook that throws');
    }

    protected override async onDisconnect(): Promise<void> {
      throw new Error('a hook that rejects');
    }
  }

  const start = async (providers: object[] = []) =>
    startAppOf({
      imports: [StreamingModule.forRoot({ gateway: {} })],
      providers: [ChatGateway, ...providers] as never,
    });

  const ask = (client: PlainClient, event: string, payload: unknown = {}): Promise<unknown> =>
    (client.emitWithAck as (name: string, payload: unknown) => Promise<unknown>).call(
      client,
      event,
      payload,
    );

  it('has handlers of its own, which see the verified principal', async () => {
    const app = await start();
    expect(await ask(app.connect(), 'whoami', { userId: 'admin' })).toEqual({
      id: 'anonymous',
      payload: { userId: 'admin' },
    });
  });

  it.each<[string, object]>([
    [
      'explode',
      { code: 'INTERNAL_ERROR', message: 'The server failed; the correlation id is in its log.' },
    ],
    ['reject', { code: 'INVALID_PAYLOAD' }],
    ['refuse', { code: 'FORBIDDEN', message: 'Ask your administrator.' }],
  ])('answers with a coded error when a handler throws: %s', async (event, error) => {
    const app = await start();
    const client = app.connect();
    const answer = await ask(client, event, { echo: 'what the client sent' });
    expect(answer).toMatchObject({ ok: false, error });
    expect(JSON.stringify(answer)).not.toMatch(/secret detail|what the client sent|\bat /);
    accepted(await client.emitWithAck('ping', {}));
  });

  it('goes on when its hooks throw', async () => {
    const app = await start();
    const [one, two] = [app.connect(), app.connect()];
    accepted(await one.emitWithAck('ping', {}));
    one.disconnect();
    accepted(await two.emitWithAck('ping', {}));
  });

  it('is guarded by the guards of Nest', async () => {
    const { UseGuards } = await import('@nestjs/common');
    @StreamingGateway()
    class GuardedGateway extends StreamingWebSocketGateway {
      @UseGuards(OnlyAdmins)
      @SubscribeMessage('administer')
      administer(): object {
        return { done: true };
      }
    }
    const app = await startAppOf({
      imports: [StreamingModule.forRoot({ gateway: {} })],
      providers: [GuardedGateway],
    });
    expect(await ask(app.connect(), 'administer')).toMatchObject({
      ok: false,
      error: { code: 'FORBIDDEN' },
    });
  });
});
