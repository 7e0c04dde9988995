import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createStreamingClient } from '../../src/client/index.js';
import { oneTo } from '../support/plain-client.js';
import { onTestEnd, startApp } from '../support/streaming-app.js';
import { collectSequences } from './client/waiters.js';

const NGINX = '/usr/sbin/nginx';

const UPGRADE = `proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";`;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts nginx in front of a server. @returns its address */
async function startNginx(target: string, prefix: string, directives: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'nginx-'));
  const port = await freePort();
  writeFileSync(
    join(folder, 'nginx.conf'),
    `daemon off; master_process off; pid ${folder}/pid; error_log stderr;
     events {}
     http {
       access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
       fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
       server { listen 127.0.0.1:${port};
         location ${prefix}/socket.io/ {
           proxy_pass ${target}/socket.io/; proxy_set_header Host $http_host; proxy_read_timeout 60s; ${directives}
         } } }`,
  );
  const nginx = spawn(NGINX, ['-c', join(folder, 'nginx.conf'), '-p', folder]);
  onTestEnd(async () => {
    const ended = new Promise((resolve) => nginx.once('close', resolve));
    nginx.kill();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });
  const url = `http://127.0.0.1:${port}`;
  for (;;) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer) return url;
  }
}

// Installed in CI; see .ci/run.
(existsSync(NGINX) || process.env['CI'] ? describe : describe.skip)('behind nginx', () => {
  it.each([
    ['with upgrade headers', '', UPGRADE],
    ['without upgrade headers', '', ''],
    ['with a prefix', '/api', UPGRADE],
    ['with a prefix and without upgrade headers', '/api', ''],
    ['with buffering off', '', `${UPGRADE} proxy_buffering off;`],
  ])('%s, a viewer gets everything as it comes', async (_what, prefix, directives) => {
    const { streaming, url: target } = await startApp();
    const url = await startNginx(target, prefix, directives);
    const client = createStreamingClient({ url, path: `${prefix}/socket.io` });
    onTestEnd(() => client.close());
    const run = client.execution('run', { waitForMs: 30_000 });
    const heard = collectSequences(run);
    const done = run.finalText();
    await client.status();
    streaming.run(['Nothing ', 'is ', 'lost.'], { executionId: 'run' });
    expect(await done).toBe('Nothing is lost.');
    expect(heard).toEqual(oneTo(heard.length));
  });
});
