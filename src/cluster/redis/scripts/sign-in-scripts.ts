import { NOW } from './instance-scripts.js';
import { RedisScript } from './redis-script.js';

/** The secret of a name. KEYS: secret. ARGV: the secret if there is none, how long it is kept unused. */
export const SECRET = new RedisScript(`
redis.call('SET', KEYS[1], ARGV[1], 'NX')
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return redis.call('GET', KEYS[1])
`);

/**
 * Notes that an id was used. KEYS: ids by when they are forgotten. ARGV: id, how long it is kept, how many are
 * kept. Answers 1 for the first use, otherwise 0.
 */
export const USE = new RedisScript(`
${NOW}
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))
if redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 0 end
redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[2]), ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
local surplus = redis.call('ZCARD', KEYS[1]) - ARGV[3]
if surplus > 0 then redis.call('ZPOPMIN', KEYS[1], surplus) end
return 1
`);
