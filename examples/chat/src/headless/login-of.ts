/** Gets a fresh credential of a user; the streaming client calls it for each connection. */
export function loginOf(url: string, user: string): () => Promise<{ token: string }> {
  return async () => {
    const response = await fetch(`${url}/login?user=${user}`, { method: 'POST' });
    if (!response.ok) throw new Error(`The login answered ${response.status}.`);
    return (await response.json()) as { token: string };
  };
}
