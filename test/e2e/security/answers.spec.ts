import { Logger } from '@nestjs/common';
import { describe, expect, it, jest } from '@jest/globals';
import { CustomStrategy, StreamingError, type Principal } from '../../../src/index.js';
import { type HandshakeContext } from '../../../src/entries/auth.js';
import { next, outcomeOf, refused } from '../../support/plain-client.js';
import { onTestEnd, startApp } from '../../support/streaming-app.js';
import { claimsOf, sign, startSecureApp } from './secure-app.js';

const ADA: Principal = { id: 'ada', scopes: [], claims: {} };

describe('a refused credential', () => {
  const strategies: [string, () => Principal | undefined][] = [
    ['that nobody knows', () => undefined],
    ['that names nobody', () => ({ ...ADA, id: '' })],
    ['that names no text', () => ({ ...ADA, id: 7 as unknown as string })],
    ['with an empty tenant', () => ({ ...ADA, tenant: '' })],
    [
      'of which the strategy says what is wrong',
      () => {
        throw new StreamingError('AUTHENTICATION_FAILED', 'The password of ada is wrong.');
      },
    ],
  ];

  it.each(strategies)('%s is answered as any other', async (_, verify) => {
    const { connect } = await startApp({
      gateway: { authentication: { strategies: [new CustomStrategy(verify)] } },
    });
    const { correlationId, ...outcome } = (await outcomeOf(
      connect({ auth: { token: 'x' }, reconnection: false }),
    )) as { correlationId: string };
    expect(correlationId).toEqual(expect.any(String));
    expect(outcome).toEqual({
      code: 'AUTHENTICATION_FAILED',
      message: 'The credential was refused.',
      retryable: false,
    });
  });

  it.each([
    [
      'of a kind that no strategy knows',
      () => ({ token: 'x' }),
      'no strategy knows this credential',
    ],
    ['that is another API key', () => ({ apiKey: 'x' }), '`keys` does not have the API key'],
    [
      'of another signer',
      async () => ({
        token: await sign(claimsOf(), { secret: 'another secret of 32 characters!' }),
      }),
      'signature verification failed',
    ],
  ])('%s is logged with the reason', async (_, credential, reason) => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
    onTestEnd(() => warn.mockRestore());
    const { connect } = await startSecureApp();
    await outcomeOf(connect({ auth: await credential(), reconnection: false }));
    const lines = warn.mock.calls.map(([line]) => String(line));
    expect(lines).toEqual([expect.stringMatching(/^AUTHENTICATION_FAILED /)]);
    expect(lines[0]).toContain(reason);
  });

  it('of another principal, given to renew, is answered as any other', async () => {
    const strategy = new CustomStrategy(({ token = '' }) => ({ ...ADA, id: token }));
    const { connect } = await startApp({
      gateway: { authentication: { strategies: [strategy] } },
    });
    const client = connect({ auth: { token: 'ada' } });
    const answer = await client.emitWithAck('authentication', { token: 'bob' });
    expect(answer).toMatchObject({ ok: false, error: { message: 'The credential was refused.' } });
  });
});

describe('an event that the gateway does not know', () => {
  /** Names that mean something to an emitter or an object are names like others to a client. */
  const names = ['error', 'chat', 'constructor', '__proto__', 'toString', 'listenerCount', ''];

  it.each(names)('is refused by name: "%s"', async (name) => {
    const { connect } = await startApp();
    const client = connect();
    const emitWithAck = client.emitWithAck.bind(client) as unknown as (
      event: string,
      payload: object,
    ) => ReturnType<typeof client.emitWithAck<'ping'>>;
    expect(refused(await emitWithAck(name, {}))).toBe('INVALID_PAYLOAD');
    const told = next(client, 'error');
    (client.emit as (event: string) => unknown)(name);
    expect(await told).toMatchObject({ code: 'INVALID_PAYLOAD', event: name });
  });

  it('is named by no more than an id may have', async () => {
    const { connect } = await startApp();
    const client = connect();
    const told = next(client, 'error');
    (client.emit as (event: string) => unknown)('x'.repeat(10_000));
    expect(await told).toMatchObject({ event: 'x'.repeat(256) });
  });
});

describe('a strategy', () => {
  it('sees the query of the handshake, which is no credential', async () => {
    const seen: [HandshakeContext['query'], unknown][] = [];
    const strategy = new CustomStrategy((credential, { query }) => {
      seen.push([query, credential]);
      return ADA;
    });
    const { connect } = await startApp({
      gateway: { authentication: { strategies: [strategy] } },
    });
    const client = connect({ query: { tenant: 'acme', token: 'not a credential' } });
    expect(await outcomeOf(client)).toBe('connected');
    expect(seen).toEqual([
      [expect.objectContaining({ tenant: 'acme', token: 'not a credential' }), {}],
    ]);
  });
});
