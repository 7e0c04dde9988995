import { describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { createClient } from 'redis';
import { executionChannel } from '../../src/protocol/channel.js';
import { Heard, token, until } from '../../src/testing/log-contract/support.js';
import { clientOf, openBackend, ownPrefix } from '../support/redis-backends.js';
import { RedisServer } from '../support/redis-server.js';
import { onTestEnd } from '../support/streaming-app.js';

const channel = executionChannel('run');

/** What a user of Redis may do, and what the backend says about it when it starts. */
const USERS: readonly (readonly [string, readonly string[], readonly RegExp[]])[] = [
  ['with everything under its prefix', ['+@all'], []],
  ['without INFO', ['+@all', '-info'], [/version/, /eviction/]],
  ['without dangerous commands', ['+@all', '-@dangerous', '-@admin'], [/version/, /eviction/]],
  [
    'with what it needs',
    ['+@read', '+@write', '+@pubsub', '+@scripting', '+@connection', '+time', '+info'],
    [],
  ],
];

describe('a user of Redis', () => {
  it.each(USERS)('%s is enough', async (_what, rules, warnings) => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    onTestEnd(() => warn.mockRestore());
    const server = await RedisServer.start();
    onTestEnd(() => server.stop());
    const prefix = ownPrefix();
    const rights = [`~${prefix}:*`, `&${prefix}:*`, ...rules];
    await server.command('ACL', 'SETUSER', 'app', 'on', '>word', ...rights);
    const client = clientOf(`redis://app:word@127.0.0.1:${server.port}`);
    const backend = await openBackend({ client, prefix });
    onTestEnd(() => backend.close());
    expect(warn.mock.calls).toEqual(warnings.map((text) => [expect.stringMatching(text)]));
    await backend.leases.start({ onDead: () => undefined, onRevived: () => undefined });
    const claim = await backend.log.open(channel);
    const heard = new Heard();
    await backend.log.follow(channel, heard.listen);
    await backend.log.append(channel, [token('a')], { claim });
    await heard.sequence(1);
    await backend.limits.count('key', 1, 60_000);
    expect(await backend.threads.list({ principalId: 'ada' }, 1)).toEqual([]);
  });

  it('whose password changes costs nothing, if it can come in again in time', async () => {
    const server = await RedisServer.start(['--requirepass', 'old']);
    onTestEnd(() => server.stop());
    const url = `redis://:old@127.0.0.1:${server.port}`;
    const admin = await createClient({ url }).connect();
    onTestEnd(() => admin.destroy());
    const backend = await openBackend({ client: clientOf(url), prefix: ownPrefix() });
    onTestEnd(() => backend.close());
    const claim = await backend.log.open(channel);
    const heard = new Heard();
    await backend.log.follow(channel, heard.listen);
    await admin.sendCommand(['ACL', 'SETUSER', 'default', 'resetpass', '>new']);
    // Connections that exist stay.
    await backend.log.append(channel, [token('a')], { claim });
    await admin.sendCommand(['CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes']);
    await admin.sendCommand(['CLIENT', 'KILL', 'TYPE', 'pubsub']);
    const appended = backend.log.append(channel, [token('b')], { claim });
    await until(() => !backend.availability.isAvailable);
    await admin.sendCommand(['ACL', 'SETUSER', 'default', '>old']);
    expect(await appended).toMatchObject({ head: 2 });
    await heard.sequence(2);
    expect(heard.sequences).toEqual([1, 2]);
  });
});
