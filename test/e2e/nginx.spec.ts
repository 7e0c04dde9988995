import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, jest } from '@jest/globals';
import { createStreamingClient } from '../../src/client/index.js';
import { freePort } from '../support/free-port.js';
import { manualRun } from '../support/manual-run.js';
import { accepted, Inbox, oneTo } from '../support/plain-client.js';
import { onTestEnd, startApp } from '../support/streaming-app.js';
import { collectSequences, connection } from './client/waiters.js';

const NGINX = '/usr/sbin/nginx';

const UPGRADE = `proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";`;

/** Starts nginx in front of a server. @returns its address */
async function startNginx(
  target: string,
  prefix: string,
  directives: string,
  readTimeout = '60s',
): Promise<string> {
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
           proxy_pass ${target}/socket.io/; proxy_set_header Host $http_host; proxy_read_timeout ${readTimeout}; ${directives}
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

  // 60 s of nginx are to the 25 s between two pings of the gateway as 2 s are to 833 ms.
  it.each([
    ['a WebSocket', 'websocket', UPGRADE],
    ['polling', 'polling', ''],
  ])(
    '%s outlives the read timeout in silence, by the pings',
    async (_what, transport, directives) => {
      const app = await startApp({ gateway: { pingIntervalMs: 833 } });
      const url = await startNginx(app.url, '', directives, '2s');
      const client = app.connect({ url, transports: [transport] });
      const lost = jest.fn();
      client.on('disconnect', lost);
      const pings = new Promise<void>((resolve) => {
        let count = 0;
        client.io.on('ping', () => (count += 1) === 4 && resolve());
      });
      const inbox = new Inbox(client);
      const { context, executionId, finish } = await manualRun(app);
      accepted(await client.emitWithAck('subscribe_execution', { executionId }));
      await pings;
      expect(lost).not.toHaveBeenCalled();
      context.emit('custom', 'after the silence');
      await finish();
      await inbox.ended();
      expect(inbox.brief.map(([, data]) => data)).toContain('after the silence');
    },
  );

  it('a viewer whose pings are too rare loses its connection, and nothing else', async () => {
    const app = await startApp({ gateway: { pingIntervalMs: 60_000 } });
    const url = await startNginx(app.url, '', UPGRADE, '500ms');
    const client = createStreamingClient({ url, reconnection: { minDelayMs: 1, maxDelayMs: 10 } });
    onTestEnd(() => client.close());
    const { context, executionId, finish } = await manualRun(app);
    const run = client.execution(executionId);
    const heard = collectSequences(run);
    await connection(client, 'reconnecting');
    context.token('Nothing is lost.');
    await finish();
    expect(await run.finalText()).toBe('Nothing is lost.');
    expect(heard).toEqual(oneTo(heard.length));
  });
});
