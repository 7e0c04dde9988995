import { describe, expect, it } from '@jest/globals';
import { executionChannel } from '../../protocol/channel.js';
import { type AccessRequest, StreamAccessPolicy } from '../stream-access-policy.js';
import { AccessGuard } from './access-guard.js';
import { OpenAccessPolicy } from './owner-access-policy.js';

const REQUEST: AccessRequest = {
  principal: { id: 'alice', scopes: [], claims: {} },
  action: 'subscribe',
  channel: executionChannel('e1'),
};

class ScriptedPolicy extends StreamAccessPolicy {
  constructor(readonly authorize: () => never) {
    super();
  }
}

/** Asks a policy whose answer may be anything, as that of one written in JavaScript. */
const ask = async (answer: () => unknown): Promise<{ allowed: boolean; failures: unknown[] }> => {
  const failures: unknown[] = [];
  const policy = new ScriptedPolicy(answer as () => never);
  const guard = new AccessGuard(policy, 10, (error) => failures.push(error));
  return { allowed: await guard.allows(REQUEST), failures };
};

describe('AccessGuard', () => {
  it.each<[string, () => unknown, boolean]>([
    ['true', () => true, true],
    ['a promise of true', async () => true, true],
    ['false', () => false, false],
    ['a promise of false', async () => false, false],
    ['undefined', () => undefined, false],
    ['1', () => 1, false],
    ['a text', () => 'yes', false],
    ['an object', () => ({ allowed: true }), false],
  ])('takes %s for what it is', async (_, answer, allowed) => {
    expect(await ask(answer)).toEqual({ allowed, failures: [] });
  });

  it('makes no promise for a policy that makes none', () => {
    const guard = new AccessGuard(new OpenAccessPolicy(), 10, () => undefined);
    expect(guard.allows(REQUEST)).toBe(true);
  });

  const fault = new Error('database down');

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw fault;
      },
    ],
    ['rejects', () => Promise.reject(fault)],
  ])('denies when the policy %s, and says why', async (_, answer) => {
    expect(await ask(answer)).toEqual({ allowed: false, failures: [fault] });
  });

  it('denies when the policy does not answer in time', async () => {
    const { allowed, failures } = await ask(() => new Promise(() => undefined));
    expect(allowed).toBe(false);
    expect(failures).toEqual([new Error('the access policy did not answer in time')]);
  });
});
