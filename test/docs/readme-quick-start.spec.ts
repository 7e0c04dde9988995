import type { AddressInfo } from 'node:net';
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { StreamingService } from '@hive-academy/langgraph-streaming';
import { createStreamingClient } from '@hive-academy/langgraph-streaming/client';
import { langGraph } from '@hive-academy/langgraph-streaming/langgraph';
import { NestFactory } from '@nestjs/core';
import { SignJWT } from 'jose';
import { askingGraph } from '../support/graphs.js';
import { onTestEnd } from '../support/streaming-app.js';
import { watch } from './readme/client.js';
import { ask } from './readme/page.js';

const SECRET = 'a secret of at least thirty-two bytes';
const TEXT = 'Hello from the graph.';

// The snippet reads it when it is loaded, as the application of a reader does.
process.env['JWT_SECRET'] = SECRET;
const { AppModule, ORIGIN } = await import('./readme/app.module.js');

let url: string;
let streaming: StreamingService;

/** Does what the README says that `main.ts` does. */
beforeEach(async () => {
  const app = await NestFactory.create(AppModule, { logger: false, abortOnError: false });
  onTestEnd(() => app.close());
  app.enableCors({ origin: ORIGIN });
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  streaming = app.get(StreamingService);
  url = `http://127.0.0.1:${port}`;
});

const tokenFor = (user: string): Promise<string> =>
  new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(user)
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(SECRET));

/** What a browser reads before it lets a page of `origin` have the answer. */
async function allowedOrigin(path: string, origin: string, method = 'GET'): Promise<unknown> {
  const response = await fetch(url + path, { method, headers: { origin } });
  const allowed = response.headers.get('access-control-allow-origin');
  return { status: response.status, allowed };
}

const HANDSHAKE = '/socket.io/?EIO=4&transport=polling';

describe("the README's quick start", () => {
  it('streams the answer of the graph to the page, piece by piece', async () => {
    const shown: string[] = [];
    await ask(url, await tokenFor('ada'), (text) => shown.push(text));
    expect(shown.at(-1)).toBe(TEXT);
    expect(shown.length).toBeGreaterThan(1);
    for (const text of shown) expect(TEXT.startsWith(text)).toBe(true);
  });

  it('starts nothing for who has no valid token', async () => {
    for (const token of ['', 'a.b.c']) {
      await expect(ask(url, token, () => undefined)).rejects.toThrow('The server answered 401.');
    }
  });

  it('is open to its page, and to no other', async () => {
    expect(await allowedOrigin('/runs', ORIGIN, 'OPTIONS')).toEqual({
      status: 204,
      allowed: ORIGIN,
    });
    expect(await allowedOrigin(HANDSHAKE, ORIGIN)).toEqual({ status: 200, allowed: ORIGIN });
    expect(await allowedOrigin(HANDSHAKE, 'https://evil.test')).toMatchObject({ status: 403 });
  });
});

describe("the README's client", () => {
  it('answers what the run asks, and has its text in the end', async () => {
    const log = jest.spyOn(console, 'log').mockReturnValue(undefined);
    onTestEnd(() => log.mockRestore());
    const client = createStreamingClient({ url, auth: { token: await tokenFor('ada') } });
    onTestEnd(() => client.close());
    const asking = langGraph(askingGraph('first', 'second'), {});
    const { executionId, done } = streaming.run(asking, { owner: { principalId: 'ada' } });
    const asked: unknown[] = [];
    await watch(client, executionId, (question) => asked.push(question) > 0);
    expect(asked).toEqual(['first?', 'second?']);
    expect(log.mock.calls.map(([type]) => type)).toEqual([
      'workflow:start',
      'interrupt',
      'workflow:resume',
      'interrupt',
      'workflow:resume',
      'workflow:end',
    ]);
    expect(await done).toMatchObject({
      state: 'completed',
      result: { steps: ['first:true', 'second:true', 'done'] },
    });
  });
});
