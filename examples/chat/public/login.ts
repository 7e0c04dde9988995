/** The users of the demo: they need no password. */
export const USERS = { ada: 'Ada', bob: 'Bob', sam: 'Sam, supervisor' } as const;

/** Whether a user approves what the agent asks. The server decides; this is for the page. */
export const isSupervisor = (user: string): boolean => user === 'sam';

/** Gets a fresh credential of a user; the client calls it for each connection, and to renew it. */
export function loginOf(user: string): () => Promise<{ token: string }> {
  return async () => {
    const response = await fetch(`/login?user=${encodeURIComponent(user)}`, { method: 'POST' });
    if (!response.ok) throw new Error('There is no such user.');
    return (await response.json()) as { token: string };
  };
}
