import type { RedisLink } from './connection/redis-link.js';

const LOWEST_MAJOR = 7;

/**
 * Looks at the server: whether it has what is needed, and would not throw away what was streamed. A server
 * that does not tell is taken as it is.
 *
 * @returns what somebody should know
 */
export async function checkServer(link: RedisLink): Promise<string[]> {
  const info = await link.call((connection) => connection.send(['INFO'], '').catch(unlessRefused));
  return warningsOf(String(info));
}

/** A user may not ask, or the command has another name: then the server tells nothing. */
function unlessRefused(error: unknown): string {
  if (error instanceof Error && /^(NOPERM|ERR unknown command)\b/.test(error.message)) return '';
  throw error;
}

/** @param info - what `INFO` answers */
export function warningsOf(info: string): string[] {
  const fieldOf = (name: string): string | undefined =>
    new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
  const version = fieldOf('redis_version');
  const policy = fieldOf('maxmemory_policy');
  const warnings: string[] = [];
  if (version === undefined)
    warnings.push(
      'The version of Redis cannot be read. Make sure that it is Redis 7 or Valkey 8, or later.',
    );
  else if (Number.parseInt(version, 10) < LOWEST_MAJOR)
    warnings.push(`Redis ${version} is too old. Use Redis 7 or Valkey 8, or a later version.`);
  if (policy === undefined)
    warnings.push(
      'The eviction policy of Redis cannot be read. Make sure that `maxmemory-policy` is `noeviction`.',
    );
  else if (policy !== 'noeviction')
    warnings.push(
      `Redis evicts keys (maxmemory-policy ${policy}), so running executions can lose their updates. Set it to noeviction.`,
    );
  return warnings;
}
