import { request, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';

/** What is between two packets of one polling request. */
export const RECORD_SEPARATOR = '\u001e';

/** An answer to one HTTP request. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What a request says. */
export interface RawRequest {
  readonly method?: string;
  readonly query?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly path?: string;
}

/** Sends one request to the engine, with headers that no `fetch` would send. */
export async function ask(
  url: string,
  { method = 'GET', query = '', headers = {}, body, path = '/socket.io/' }: RawRequest = {},
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      `${url}${path}?EIO=4&transport=polling${query}`,
      { method, headers, agent: false },
      (response) => {
        text(response).then(
          (answer) =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: answer }),
          reject,
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** A polling session spoken by hand. */
export class RawPolling {
  private constructor(
    private readonly url: string,
    readonly sid: string,
  ) {}

  static async open(url: string, request: RawRequest = {}): Promise<RawPolling> {
    const { body } = await ask(url, request);
    const { sid } = JSON.parse(body.slice(1)) as { sid: string };
    return new RawPolling(url, sid);
  }

  post(body: string, headers: Record<string, string> = {}): Promise<RawAnswer> {
    return this.ask({ method: 'POST', body, headers });
  }

  poll(headers: Record<string, string> = {}): Promise<RawAnswer> {
    return this.ask({ headers });
  }

  /** Resolves when the session is gone: the engine then does not know it. */
  async gone(): Promise<void> {
    for (;;) {
      const { status } = await this.post('3').catch(() => ({ status: 0 }));
      if (status === 400) return;
    }
  }

  ask(request: RawRequest): Promise<RawAnswer> {
    return ask(this.url, { ...request, query: `&sid=${this.sid}${request.query ?? ''}` });
  }
}
