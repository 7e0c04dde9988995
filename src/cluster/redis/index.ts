export { redisBackend } from './redis-backend.js';
export type { RedisBackendOptions } from './redis-backend-options.js';
export type { RedisClient } from './connection/redis-client.js';
