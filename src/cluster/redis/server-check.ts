import type { RedisLink } from './connection/redis-link.js';

const LOWEST_MAJOR = 7;

/**
 * Checks the version of the server, and that it does not evict keys. A server that does not report these
 * facts is accepted.
 *
 * @returns warnings for the log
 */
export async function checkServer(link: RedisLink): Promise<string[]> {
  const info = await link.call((connection) => connection.send(['INFO'], '').catch(unlessRefused));
  return warningsOf(String(info));
}

/** If the user may not send the command, or the command is renamed, nothing is known about the server. */
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
