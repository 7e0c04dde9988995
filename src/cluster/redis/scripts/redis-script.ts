import { createHash } from 'node:crypto';
import type { RedisConnection } from '../connection/redis-connection.js';

/**
 * A script that Redis runs in one step. Redis keeps the text of the script. If it has lost the text, the text
 * is sent again.
 */
export class RedisScript {
  readonly #sha: string;

  /** @param text - Lua */
  constructor(private readonly text: string) {
    this.#sha = createHash('sha1').update(text).digest('hex');
  }

  /** @param keys - every key that it uses; in a cluster, of one slot */
  async run(
    connection: RedisConnection,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<unknown> {
    const [key = ''] = keys;
    const rest = [String(keys.length), ...keys, ...args.map(String)];
    try {
      return await connection.send(['EVALSHA', this.#sha, ...rest], key);
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return connection.send(['EVAL', this.text, ...rest], key);
    }
  }
}
