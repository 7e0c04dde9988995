import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chromium, type Browser, type Page } from 'playwright-core';
import { startSecureApp, tokenOf, type SecureApp } from '../e2e/security/secure-app.js';

let browser: Browser;
let pages: Server;

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  pages = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<title>page</title>');
  }).listen(0);
  await once(pages, 'listening');
});

afterAll(async () => {
  await browser.close();
  pages.close();
});

/** A page of a sibling origin, whose visitor is alice with a `SameSite=Lax` cookie. */
async function openSibling({ url }: SecureApp): Promise<Page> {
  const context = await browser.newContext();
  const value = await tokenOf('alice');
  await context.addCookies([{ name: 'session', value, url, httpOnly: true, sameSite: 'Lax' }]);
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${(pages.address() as AddressInfo).port}/`);
  return page;
}

describe('a page of another origin in Chromium', () => {
  it.each<[string, string]>([
    [
      'by script',
      `new Promise((done) => {
        window.___eio = [() => done('read')];
        const script = document.createElement('script');
        script.src = URL + '/socket.io/?EIO=4&transport=polling&j=0';
        script.onload = () => done('loaded');
        script.onerror = () => done('refused');
        document.head.append(script);
      })`,
    ],
    [
      'by a WebSocket',
      `new Promise((done) => {
        const socket = new WebSocket(URL.replace('http', 'ws') + '/socket.io/?EIO=4&transport=websocket');
        socket.onopen = () => done('open');
        socket.onerror = () => done('refused');
      })`,
    ],
    [
      'by fetch with its cookies',
      `fetch(URL + '/socket.io/?EIO=4&transport=polling', { credentials: 'include' })
        .then((response) => response.text(), () => 'refused')`,
    ],
  ])('does not come in %s', async (_, script) => {
    const app = await startSecureApp();
    const page = await openSibling(app);
    expect(await page.evaluate(script.replaceAll('URL', JSON.stringify(app.url)))).toBe('refused');
    expect(app.gateway.getStats().totalConnections).toBe(0);
  });
});
