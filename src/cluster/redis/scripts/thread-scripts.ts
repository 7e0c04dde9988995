import { RedisScript } from './redis-script.js';

/**
 * KEYS: hash. ARGV: `create` or `update`, time to live, fields with their JSON. Returns the new hash. Returns
 * nothing if the thread to create exists, or if the thread to update does not exist.
 */
export const CHANGE_THREAD = new RedisScript(`
local exists = redis.call('EXISTS', KEYS[1]) == 1
if exists == (ARGV[1] == 'create') then return false end
for at = 3, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 1]) end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return redis.call('HGETALL', KEYS[1])
`);
