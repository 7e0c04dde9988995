import { describe, expect, it } from '@jest/globals';
import { AccessAccount } from './access-account.js';
import { GatewayRateLimiter } from './gateway-rate-limiter.js';
import { MessageWindow } from './message-window.js';
import {
  type GatewayRateLimitOptions,
  RATE_LIMIT_DEFAULTS,
  type RateLimitedClient,
} from './rate-limit-options.js';

const client = (id: string, principalId = 'alice') => ({
  id,
  principal: { id: principalId, scopes: [], claims: {} },
});

const skipAlice = ({ principal }: RateLimitedClient): boolean => principal.id === 'alice';
const brokenSkip = (): never => {
  throw new Error('broken');
};

const limiterOf = (options: GatewayRateLimitOptions): GatewayRateLimiter =>
  new GatewayRateLimiter(new AccessAccount(), { ...RATE_LIMIT_DEFAULTS, ...options });

/** Sends messages and says of each whether it was allowed, refused, or ends the connection. */
const send = async (options: GatewayRateLimitOptions, senders: ReturnType<typeof client>[]) => {
  const limiter = limiterOf(options);
  const windows = new Map(senders.map(({ id }) => [id, new MessageWindow()]));
  const verdicts: string[] = [];
  for (const sender of senders) {
    const verdict = await limiter.countMessage(sender, windows.get(sender.id) as MessageWindow);
    verdicts.push(verdict.allowed ? 'allowed' : verdict.flooding ? 'closed' : 'refused');
  }
  return verdicts;
};

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

describe('GatewayRateLimiter', () => {
  it('refuses a connection what exceeds its window, and gives the time to retry', async () => {
    const limiter = limiterOf({
      maxMessages: 1,
      windowMs: 60_000,
    });
    const window = new MessageWindow();
    await limiter.countMessage(client('c1'), window);
    const verdict = await limiter.countMessage(client('c1'), window);
    expect(verdict).toMatchObject({
      allowed: false,
      error: { code: 'RATE_LIMITED', retryable: true },
    });
    expect(verdict.allowed ? 0 : verdict.error.retryAfterMs).toBeGreaterThan(59_000);
  });

  it('counts the connections of one principal together', async () => {
    const senders = [client('c1'), client('c2'), client('c3'), client('c4', 'bob')];
    expect(await send({ maxMessages: 10, maxMessagesPerPrincipal: 2 }, senders)).toEqual([
      'allowed',
      'allowed',
      'refused',
      'allowed',
    ]);
  });

  it('ends a connection that goes on regardless', async () => {
    const verdicts = await send({ maxMessages: 2 }, times(12, client('c1')));
    expect(verdicts).toEqual([
      ...times(2, 'allowed'),
      ...times(8, 'refused'),
      ...times(2, 'closed'),
    ]);
  });

  it('ends connections of a principal that together go on regardless, by the limit of a principal', async () => {
    const options = { maxMessages: 100, maxMessagesPerPrincipal: 2 };
    const senders = times(6, [client('c1'), client('c2')]).flat();
    expect(await send(options, senders)).toEqual([
      ...times(2, 'allowed'),
      ...times(8, 'refused'),
      ...times(2, 'closed'),
    ]);
  });

  it('only refuses a principal what exceeds its window by little, with the defaults', async () => {
    const senders = Array.from({ length: 6 }, (_, index) => times(200, client(`c${index}`))).flat();
    expect(await send({}, senders)).toEqual([...times(1_000, 'allowed'), ...times(200, 'refused')]);
  });

  it('does not count whom it is told to skip', async () => {
    expect(await send({ maxMessages: 1, skip: skipAlice }, times(3, client('c1')))).toEqual(
      times(3, 'allowed'),
    );
  });

  it('counts everybody when the skip function throws', async () => {
    expect(await send({ maxMessages: 1, skip: brokenSkip }, times(2, client('c1')))).toEqual([
      'allowed',
      'refused',
    ]);
  });

  it('counts each connection anew', async () => {
    const limiter = limiterOf({ maxMessages: 1 });
    await limiter.countMessage(client('c1'), new MessageWindow());
    const verdict = await limiter.countMessage(client('c1'), new MessageWindow());
    expect(verdict).toEqual({ allowed: true });
  });
});
