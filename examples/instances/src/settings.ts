/** What an instance does. */
export type Role = 'gateway' | 'worker';

/** What every instance is told when it starts, in its environment. */
export interface InstanceSettings {
  readonly role: Role;
  readonly redisUrl: string;
}

/** Keeps this application apart from others that use the same Redis. */
export const PREFIX = 'demo';

export function settingsFrom(env: NodeJS.ProcessEnv): InstanceSettings {
  const { DEMO_ROLE: role, REDIS_URL: redisUrl } = env;
  if ((role !== 'gateway' && role !== 'worker') || !redisUrl)
    throw new Error('Set DEMO_ROLE to gateway or worker, and REDIS_URL.');
  return { role, redisUrl };
}
