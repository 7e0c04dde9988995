import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chromium, type Browser, type Page } from 'playwright-core';
import { RawPolling } from '../e2e/security/raw-polling.js';
import { startSecureApp, tokenOf, type SecureApp } from '../e2e/security/secure-app.js';

let browser: Browser;
let pages: Server;

beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--host-resolver-rules=MAP *.test 127.0.0.1'],
  });
  pages = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<title>page</title>');
  }).listen(0);
  await once(pages, 'listening');
});

afterAll(async () => {
  await browser.close();
  pages.close();
});

const portOf = (url: string): string => new URL(url).port;

/** The application as its visitors address it. */
const addressOf = ({ url }: SecureApp): string => `http://app.test:${portOf(url)}`;

/** A page of a host, whose visitor is alice with a `SameSite=Lax` cookie for the application's domain. */
async function open(host: string, port: number | string): Promise<Page> {
  const context = await browser.newContext();
  const value = await tokenOf('alice');
  const cookie = { name: 'session', value, httpOnly: true, sameSite: 'Lax' } as const;
  await context.addCookies([{ ...cookie, domain: '.app.test', path: '/' }]);
  const page = await context.newPage();
  await page.goto(`http://${host}:${port}/`);
  return page;
}

/** What a page of another origin tries; each ends in a text. */
const SCRIPTS = {
  'by script': `new Promise((done) => {
    window.___eio = [() => done('read')];
    const script = document.createElement('script');
    script.src = URL + '/socket.io/?EIO=4&transport=polling&j=0';
    script.onload = () => done('loaded');
    script.onerror = () => done('refused');
    document.head.append(script);
  })`,
  'by a WebSocket': `new Promise((done) => {
    const socket = new WebSocket(URL.replace('http', 'ws') + '/socket.io/?EIO=4&transport=websocket');
    socket.onopen = () => done('open');
    socket.onerror = () => done('refused');
  })`,
  'by fetch with its cookies': `fetch(URL + '/socket.io/?EIO=4&transport=polling', { credentials: 'include' })
    .then((response) => response.text(), () => 'refused')`,
};

const scriptFor = (script: string, app: SecureApp): string =>
  script.replaceAll('URL', JSON.stringify(addressOf(app)));

/** The same, in a frame without an origin. */
const sandboxed = (script: string): string => `new Promise((done) => {
  addEventListener('message', ({ data }) => done(data));
  const frame = document.createElement('iframe');
  frame.sandbox = 'allow-scripts';
  frame.srcdoc = '<script>' + ${JSON.stringify(script)} + '.then((text) => parent.postMessage(text, "*"))</' + 'script>';
  document.body.append(frame);
})`;

/** Other pages: another port of the host, a subdomain, another site. */
const HOSTS = ['app.test', 'evil.app.test', 'evil.test'];

const CASES = HOSTS.flatMap((host) =>
  Object.entries(SCRIPTS).map(([way, script]) => [host, way, script] as const),
);

describe('a page of another origin in Chromium', () => {
  const pagesPort = (): number => (pages.address() as AddressInfo).port;

  it.each(CASES)('at %s does not come in %s', async (host, _, script) => {
    const app = await startSecureApp();
    const page = await open(host, pagesPort());
    expect(await page.evaluate(scriptFor(script, app))).toBe('refused');
    expect(app.gateway.getStats().totalConnections).toBe(0);
  });

  it.each(Object.entries(SCRIPTS))(
    'does not come in from a frame without an origin %s',
    async (_, script) => {
      const app = await startSecureApp();
      const page = await open('app.test', portOf(app.url));
      expect(await page.evaluate(sandboxed(scriptFor(script, app)))).toBe('refused');
      expect(app.gateway.getStats().totalConnections).toBe(0);
    },
  );

  it.each(HOSTS)('at %s posts no form into a session that it knows', async (host) => {
    const app = await startSecureApp();
    const session = await RawPolling.open(app.url);
    const page = await open(host, pagesPort());
    const action = `${addressOf(app)}/socket.io/?EIO=4&transport=polling&sid=${session.sid}`;
    const answered = page.waitForResponse((response) => response.url() === action);
    await page.evaluate(`(() => {
      const form = document.createElement('form');
      Object.assign(form, { method: 'post', enctype: 'text/plain', action: ${JSON.stringify(action)} });
      const input = document.createElement('input');
      Object.assign(input, { name: '40/streaming,{"a":"', value: '"}' });
      form.append(input);
      document.body.append(form);
      form.submit();
    })()`);
    expect((await answered).status()).toBe(403);
    // The session goes on, and nobody is in a namespace.
    expect((await session.post('3')).status).toBe(200);
    expect(app.gateway.getStats().totalConnections).toBe(0);
  });
});

describe('the own page in Chromium', () => {
  it('comes in by a WebSocket and by fetch', async () => {
    const app = await startSecureApp();
    const page = await open('app.test', portOf(app.url));
    const { 'by a WebSocket': socket, 'by fetch with its cookies': fetched } = SCRIPTS;
    expect(await page.evaluate(scriptFor(socket, app))).toBe('open');
    expect(await page.evaluate(scriptFor(fetched, app))).toMatch(/^0\{"sid"/);
  });
});
