import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { StreamingService } from '@hive-academy/langgraph-streaming';
import { createStreamingClient } from '@hive-academy/langgraph-streaming/client';
import { langGraph } from '@hive-academy/langgraph-streaming/langgraph';
import { NestFactory } from '@nestjs/core';
import { SignJWT } from 'jose';
import { askingGraph } from '../support/graphs.js';
import { onTestEnd } from '../support/streaming-app.js';
import { watch } from './readme/client.js';
import { chat } from './readme/page.js';

const SECRET = 'a secret of at least thirty-two bytes';
const ORIGIN = 'http://localhost:5173';
const ANSWER = 'Hello from the graph.';

// The snippet reads it when it is loaded, as the application of a reader does.
process.env['JWT_SECRET'] = SECRET;
const { AppModule } = await import('./readme/app.module.js');

let url: string;
let streaming: StreamingService;

beforeEach(async () => {
  const app = await NestFactory.create(AppModule, { logger: false, abortOnError: false });
  onTestEnd(() => app.close());
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

/** What the README's command prints, in a folder without packages. */
async function printedToken(): Promise<string> {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const command = /```bash\n(node -e [^`]*)```/.exec(readme)?.[1];
  if (command === undefined) throw new Error('The README has no command that prints a token.');
  const env = { ...process.env, JWT_SECRET: SECRET };
  const { stdout } = await promisify(execFile)('bash', ['-c', command], { env, cwd: tmpdir() });
  return stdout.trim();
}

/** The page of the README, and what it has shown. */
function open(token: string) {
  const shown: string[] = [];
  let wake = (): void => undefined;
  const { ask, close } = chat(url, token, (text) => {
    if (text !== shown.at(-1)) shown.push(text);
    wake();
  });
  onTestEnd(close);
  const shows = async (text: string): Promise<void> => {
    while (shown.at(-1) !== text) await new Promise<void>((resolve) => (wake = resolve));
  };
  return { ask, shown, shows };
}

/** What a browser reads before it lets a page of `origin` have the answer. */
async function allowedOrigin(origin: string): Promise<unknown> {
  const response = await fetch(`${url}/socket.io/?EIO=4&transport=polling`, {
    headers: { origin },
  });
  const allowed = response.headers.get('access-control-allow-origin');
  return { status: response.status, allowed };
}

describe("the README's quick start", () => {
  it('shows a conversation that grows piece by piece, and goes on with the next question', async () => {
    const { ask, shown, shows } = open(await printedToken());
    await ask('Hi');
    const first = `user: Hi\nassistant: ${ANSWER}`;
    await shows(first);
    expect(shown.filter((text) => text !== '')[0]).toBe('user: Hi');
    expect(shown.length).toBeGreaterThan(4);
    shown.forEach((text, index) => expect(text.startsWith(shown[index - 1] ?? '')).toBe(true));
    await ask('And now?');
    await shows(`${first}\nuser: And now?\nassistant: ${ANSWER}`);
  });

  it('starts nothing for who has no valid token', async () => {
    const refused = { code: 'AUTHENTICATION_FAILED' };
    await expect(open('a.b.c').ask('Hi')).rejects.toMatchObject(refused);
    const eve = open(
      await new SignJWT()
        .setProtectedHeader({ alg: 'HS256' })
        .setSubject('ada')
        .sign(new TextEncoder().encode(`not ${SECRET}`)),
    );
    await expect(eve.ask('Hi')).rejects.toMatchObject(refused);
  });

  it('is open to its page, and to no other', async () => {
    expect(await allowedOrigin(ORIGIN)).toEqual({ status: 200, allowed: ORIGIN });
    expect(await allowedOrigin('https://evil.test')).toMatchObject({ status: 403 });
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
