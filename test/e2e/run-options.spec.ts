import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import {
  JwtStrategy,
  StreamAccessPolicy,
  type RunOptions,
  type StreamingModuleOptions,
} from '../../src/index.js';
import { startApp } from '../support/streaming-app.js';
import { SECRET } from './security/secure-app.js';

afterEach(() => void jest.restoreAllMocks());

/** Options as JavaScript, or a cast, can give them. */
const BAD: [what: string, options: unknown, path: string, message: RegExp][] = [
  ['an owner that is a string', { owner: 'ada' }, 'owner', /such as ownerOf\(principal\)/],
  ['an owner that is null', { owner: null }, 'owner', /such as ownerOf\(principal\)/],
  ['an owner that is a list', { owner: ['ada'] }, 'owner', /such as ownerOf\(principal\)/],
  ['an owner by another key', { owner: { id: 'ada' } }, 'owner.principalId', /must be a string/],
  ['an empty owner', { owner: {} }, 'owner.principalId', /must be a string/],
  ['an owner with an empty id', { owner: { principalId: '' } }, 'owner.principalId', /./],
  ['an owner whose id is a number', { owner: { principalId: 7 } }, 'owner.principalId', /string/],
  [
    'a tenant that is a number',
    { owner: { principalId: 'ada', tenant: 7 } },
    'owner.tenant',
    /must be a string/,
  ],
  [
    'a misspelt tenant',
    { owner: { principalId: 'ada', tennant: 'acme' } },
    'owner.tennant',
    /did you mean `tenant`/,
  ],
  ['a misspelt option', { ower: { principalId: 'ada' } }, 'ower', /did you mean `owner`/],
  ['an empty id', { executionId: '' }, 'executionId', /must not be empty/],
  ['an id that is a number', { executionId: 7 }, 'executionId', /string/],
  ['an interval that is a string', { flushIntervalMs: '20' }, 'flushIntervalMs', /./],
  ['a negative interval', { flushIntervalMs: -1 }, 'flushIntervalMs', /./],
  ['a controller for its signal', { signal: new AbortController() }, 'signal', /AbortSignal/],
  ['an unknown onExists', { onExists: 'ignore' }, 'onExists', /adopt/],
];

describe('streaming.run', () => {
  it.each(BAD)('refuses %s, and names it', async (_what, options, path, message) => {
    const { streaming } = await startApp();
    const refused = expect.objectContaining({
      code: 'INVALID_OPTIONS',
      issues: expect.arrayContaining([{ path, message: expect.stringMatching(message) }]),
    });
    expect(() => streaming.run(['a'], options as RunOptions)).toThrow(refused);
    await expect(streaming.start(['a'], options as RunOptions)).rejects.toEqual(refused);
  });

  it('reserves for no owner that is none', async () => {
    const { streaming } = await startApp();
    const reserved = streaming.reserve('job', { owner: { id: 'ada' } as never });
    await expect(reserved).rejects.toMatchObject({ code: 'INVALID_OPTIONS' });
  });
});

class OpenPolicy extends StreamAccessPolicy {
  authorize(): boolean {
    return true;
  }
}

const authentication = { strategies: [new JwtStrategy({ secret: SECRET })] };
const OWNER = { principalId: 'ada' };

describe('a run without an owner', () => {
  it.each<[string, StreamingModuleOptions, RunOptions[], number]>([
    ['nobody could follow', { gateway: { authentication } }, [{ executionId: 'lost' }, {}], 1],
    ['another run has one', { gateway: { authentication } }, [{ owner: OWNER }, {}], 1],
    ['every run has one', { gateway: { authentication } }, [{ owner: OWNER }], 0],
    ['authentication is off', { gateway: {} }, [{}], 0],
    ['there is no gateway', {}, [{}], 0],
    [
      'a policy of the application decides',
      { gateway: { authentication, accessPolicy: new OpenPolicy() } },
      [{}],
      0,
    ],
  ])('is told of once in the log if %s', async (_when, options, runs, count) => {
    const lines = jest.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
    const { streaming } = await startApp(options);
    for (const run of runs) await streaming.run(['a'], run).done;
    const told = lines.mock.calls.filter(([line]) => /has no owner/.test(String(line)));
    expect(told).toHaveLength(count);
    for (const [line] of told) expect(line).toContain('ownerOf(principal)');
  });
});
