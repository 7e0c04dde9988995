/** Talks to the HTTP side of the application as one of the demo users. */
export class Api {
  constructor(readonly userId: string) {}

  /** A fresh credential. A real page would ask its session for it. */
  readonly credential = async (): Promise<{ token: string }> =>
    post<{ token: string }>('/api/tokens', { userId: this.userId });

  /** Starts a run. @returns the id of its execution */
  async ask(question: string): Promise<string> {
    const { token } = await this.credential();
    const { executionId } = await post<{ executionId: string }>(
      '/api/runs',
      { question },
      { authorization: `Bearer ${token}` },
    );
    return executionId;
  }
}

async function post<T>(
  path: string,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<T> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error((answer as { message: string }).message);
  return answer as T;
}
