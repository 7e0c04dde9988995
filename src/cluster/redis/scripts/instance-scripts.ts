import { RedisScript } from './redis-script.js';

/** Time of Redis in milliseconds. It is written with an exponent by `tostring`, but not as a score. */
export const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

/**
 * Renews a lease. KEYS: ends of leases, what the instance holds. ARGV: instance, length of a lease, how long
 * to remember instances. Answers how the lease stood (`none`, `held`, `over`), and the instances whose
 * leases are over.
 */
export const BEAT = new RedisScript(`
${NOW}
local before = redis.call('ZSCORE', KEYS[1], ARGV[1])
redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[2]), ARGV[1])
-- The clock was set back, as when a replica whose clock is behind takes over.
local farthest = string.format('(%.0f', now + 4 * ARGV[2])
for _, instance in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], farthest, '+inf')) do
  redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[2]), instance)
end
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, ARGV[3]) end
local state = not before and 'none' or (tonumber(before) < now and 'over' or 'held')
return { state, redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', string.format('(%.0f', now)) }
`);

/**
 * Returns the names that a dead instance holds. An instance that holds nothing is removed. KEYS: ends of
 * leases, what the instance holds. ARGV: instance. Answers nothing if it is alive.
 */
export const HELD_BY_DEAD = new RedisScript(`
${NOW}
local ends = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not ends or tonumber(ends) >= now then return {} end
local held = redis.call('SMEMBERS', KEYS[2])
if #held == 0 then redis.call('ZREM', KEYS[1], ARGV[1]) end
return held
`);

/** The instances that are alive. KEYS: ends of leases. */
export const ALIVE = new RedisScript(`
${NOW}
return redis.call('ZRANGEBYSCORE', KEYS[1], string.format('%.0f', now), '+inf')
`);

/** Gives up a lease: it is over now. KEYS: ends of leases, what the instance holds. ARGV: instance. */
export const LEAVE = new RedisScript(`
if redis.call('EXISTS', KEYS[2]) == 0 then redis.call('ZREM', KEYS[1], ARGV[1])
else redis.call('ZADD', KEYS[1], 0, ARGV[1]) end
return 'ok'
`);

/**
 * Says how many of something an instance has. KEYS: ends of leases, numbers by instance. ARGV: instance,
 * number, how long numbers are kept. Answers how many all living instances have.
 */
export const OCCUPY = new RedisScript(`
${NOW}
local own = tonumber(ARGV[2])
if own == 0 then redis.call('HDEL', KEYS[2], ARGV[1])
else redis.call('HSET', KEYS[2], ARGV[1], own) end
redis.call('PEXPIRE', KEYS[2], ARGV[3])
local numbers, sum = redis.call('HGETALL', KEYS[2]), own
for at = 1, #numbers, 2 do
  if numbers[at] ~= ARGV[1] then
    local ends = redis.call('ZSCORE', KEYS[1], numbers[at])
    if ends and tonumber(ends) >= now then sum = sum + numbers[at + 1]
    else redis.call('HDEL', KEYS[2], numbers[at]) end
  end
end
return sum
`);

/** Counts in a window. KEYS: counter. ARGV: by how many, length of the window. */
export const COUNT = new RedisScript(`
if ARGV[1] == '0' and redis.call('EXISTS', KEYS[1]) == 0 then return { 0, 0 } end
local count = redis.call('INCRBY', KEYS[1], ARGV[1])
if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return { count, redis.call('PTTL', KEYS[1]) }
`);
