import { RedisScript } from './redis-script.js';

// The hash of a channel: `e` epoch, `h` head, `b` bytes in the list, `o` opened at, `x` ended at, `f` fence,
// `k` bytes of the kept text, `t` tombstone of a channel that was deleted, `w:<writer>` the last batch of a
// writer, and the attributes of `channel-reply.ts`. A hash without `e` is no channel.

/** Time of Redis in milliseconds, as text: Lua would write a large number with an exponent. */
const NOW = `
local function now()
  local time = redis.call('TIME')
  return string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
end
`;

/** The facts about a channel, in the order of `channel-reply.ts`. */
const DESCRIBE = `
local function describe(meta, list, kept)
  local info = redis.call('HMGET', meta, 'e', 'f', 'h', 'o', 'x', 'ow', 's', 'i', 'n', 'src', 'wu', 'th')
  info[13] = redis.call('LLEN', list)
  info[14] = string.match(redis.call('LINDEX', kept, 0) or '', '^%d*')
  return info
end
`;

const SET_ATTRIBUTES = `
local function set(meta, from, count)
  for at = from, from + count * 2 - 1, 2 do redis.call('HSET', meta, ARGV[at], ARGV[at + 1]) end
end
`;

/** KEYS: hash, list, kept text. */
export const DESCRIBE_CHANNEL = new RedisScript(`
${DESCRIBE}
local info = describe(KEYS[1], KEYS[2], KEYS[3])
return info[1] and info
`);

/**
 * KEYS: hash, list, kept text. ARGV: command to publish with, epoch, epoch of the channel to replace (`*` for any) or
 * nothing, its fence, time to live, number of attributes, attributes.
 */
export const OPEN_CHANNEL = new RedisScript(`
${NOW}${DESCRIBE}${SET_ATTRIBUTES}
local meta, list, kept = KEYS[1], KEYS[2], KEYS[3]
local publish, epoch, ttl = ARGV[1], ARGV[2], ARGV[5]
local before, fence = unpack(redis.call('HMGET', meta, 'e', 'f'))
local replace = ARGV[3] == '*' or (ARGV[3] == before and ARGV[4] == fence)
local created = not before or (replace and before ~= epoch)
if created then
  redis.call('DEL', meta, list, kept)
  redis.call('HSET', meta, 'e', epoch, 'h', 0, 'b', 0, 'o', now(), 'f', (fence or 0) + 1)
  set(meta, 7, tonumber(ARGV[6]))
  redis.call('PEXPIRE', meta, ttl)
  redis.call(publish, meta, '1!' .. epoch .. ' 0\\n')
end
return { (created or before == epoch) and 1 or 0, describe(meta, list, kept) }
`);

/** KEYS: hash, list, kept text. ARGV: epoch, fence, producer, number of attributes, attributes. */
export const CLAIM_CHANNEL = new RedisScript(`
${DESCRIBE}${SET_ATTRIBUTES}
local meta, list, kept = KEYS[1], KEYS[2], KEYS[3]
local epoch, ended, fence, producer = unpack(redis.call('HMGET', meta, 'e', 'x', 'f', 'n'))
local seen = tonumber(ARGV[2])
if not epoch or epoch ~= ARGV[1] or ended then return false end
local repeated = tonumber(fence) == seen + 1 and producer == ARGV[3]
if tonumber(fence) ~= seen and not repeated then return false end
redis.call('HSET', meta, 'f', seen + 1)
set(meta, 5, tonumber(ARGV[4]))
return describe(meta, list, kept)
`);

/**
 * KEYS: hash, list, kept text. ARGV: epoch and sequence of the cursor, or an empty epoch; how many entries at most.
 * Entries in the list have no number: the last entry has the number of the head. If the log cannot begin at the
 * cursor, the answer has the kept text too.
 */
export const READ_CHANNEL = new RedisScript(`
local meta, list, kept = KEYS[1], KEYS[2], KEYS[3]
local epoch, head, ended = unpack(redis.call('HMGET', meta, 'e', 'h', 'x'))
if not epoch then return false end
local first = head - redis.call('LLEN', list) + 1
local sequence, from = tonumber(ARGV[2]), 0
local recovered = ARGV[1] == '' and first == 1
if ARGV[1] == epoch and sequence >= first - 1 and sequence <= tonumber(head) then
  from = sequence - first + 1
  recovered = true
end
local limit = tonumber(ARGV[3])
local records = {}
if limit ~= 0 then records = redis.call('LRANGE', list, from, limit < 0 and -1 or from + limit - 1) end
local texts = {}
if not recovered then texts = redis.call('LRANGE', kept, 0, -1) end
return { epoch, head, first, ended, from, records, texts }
`);

/**
 * KEYS: hash, list, kept text. ARGV: command to publish with, epoch and fence of the claim or nothing,
 * retention.
 */
export const END_CHANNEL = new RedisScript(`
${NOW}
local meta = KEYS[1]
local epoch, head, ended, fence = unpack(redis.call('HMGET', meta, 'e', 'h', 'x', 'f'))
if not epoch or ended then return 'ok' end
if ARGV[2] ~= '' and (ARGV[2] ~= epoch or ARGV[3] ~= fence) then return 'taken' end
redis.call('HSET', meta, 'x', now())
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, ARGV[4]) end
redis.call(ARGV[1], meta, '1.' .. epoch .. ' ' .. head .. '\\n')
return 'ok'
`);

/**
 * KEYS: hash, list, kept text. ARGV: command to publish with, how long to remember that it was deleted: its writer
 * would otherwise take it for lost, and open it again.
 */
export const DELETE_CHANNEL = new RedisScript(`
local epoch = redis.call('HGET', KEYS[1], 'e')
redis.call('DEL', unpack(KEYS))
if not epoch then return false end
redis.call('HSET', KEYS[1], 't', 1)
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call(ARGV[1], KEYS[1], '1-' .. epoch .. ' 0\\n')
return 'ok'
`);

/** KEYS: hashes. Answers epoch, head and end of each. */
export const HEADS_OF_CHANNELS = new RedisScript(`
local heads = {}
for at, meta in ipairs(KEYS) do heads[at] = redis.call('HMGET', meta, 'e', 'h', 'x') end
return heads
`);

/**
 * KEYS: hash, list, kept text, hash, list, kept text, … ARGV: time to live. Ended channels keep their retention, and
 * a longer time to live is not shortened.
 */
export const KEEP_CHANNELS = new RedisScript(`
local ttl = tonumber(ARGV[1])
for at = 1, #KEYS, 3 do
  local meta = KEYS[at]
  local epoch, ended = unpack(redis.call('HMGET', meta, 'e', 'x'))
  if epoch and not ended and redis.call('PTTL', meta) < ttl then
    for key = at, at + 2 do redis.call('PEXPIRE', KEYS[key], ttl) end
  end
end
return 'ok'
`);
