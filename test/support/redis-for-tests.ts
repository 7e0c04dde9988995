import { afterAll, beforeAll } from '@jest/globals';
import { RedisServer } from './redis-server.js';

/** Starts a server for the tests of this `describe`. @returns the server, as soon as a test runs */
export function redisForTests(): () => RedisServer {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.stop());
  return () => server;
}
