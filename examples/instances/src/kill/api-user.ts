/** One of the demo users, as a program that talks to the HTTP side of the application. */
export class ApiUser {
  constructor(
    private readonly url: string,
    private readonly userId: string,
  ) {}

  /** A fresh credential; the streaming client calls it for each connection. */
  readonly credential = async (): Promise<{ token: string }> =>
    this.post<{ token: string }>('/api/tokens', { userId: this.userId });

  /** Starts a run. @returns the id of its execution */
  async ask(question: string): Promise<string> {
    const { token } = await this.credential();
    const { executionId } = await this.post<{ executionId: string }>(
      '/api/runs',
      { question },
      { authorization: `Bearer ${token}` },
    );
    return executionId;
  }

  private async post<T>(path: string, body: object, headers: object = {}): Promise<T> {
    const response = await fetch(this.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path} answered ${response.status}.`);
    return (await response.json()) as T;
  }
}
