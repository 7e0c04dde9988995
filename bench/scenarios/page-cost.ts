import { setTimeout as sleep } from 'node:timers/promises';
import type { MeasuredBrowser, PageShare } from '../processes/browser.js';
import { NAMESPACE } from '../variant.js';
import { viewerToken } from '../viewers/credential.js';
import { TOKEN_LENGTH, wholeText, type Workload } from '../workload.js';
import { TIMEOUT_MS, type MeasuredServer } from './measured-server.js';

/** The scripts of `bench/pages`, by what they follow a run with. */
const SCRIPTS = {
  library: 'client',
  'Socket.IO alone': 'socket-io',
  'a bare WebSocket': 'websocket',
} as const;

type PageKind = keyof typeof SCRIPTS;

/** What each kind of page takes of a core. */
export type PageShares = Readonly<Record<PageKind, PageShare>>;

/** Measures one page after the other, each while a server streams a run to it. Each cycle begins with another page. */
export async function measurePages(
  browser: MeasuredBrowser,
  server: MeasuredServer,
  workload: Workload,
  warmUpMs: number,
  cycle: number,
): Promise<PageShares> {
  const kinds = Object.keys(SCRIPTS) as PageKind[];
  const shares: Partial<Record<PageKind, PageShare>> = {};
  for (const place of kinds.keys()) {
    const kind = kinds[(place + cycle) % kinds.length] as PageKind;
    shares[kind] = await measurePage(browser, server, SCRIPTS[kind], workload, warmUpMs);
  }
  return shares as PageShares;
}

/** @throws when the page shows another text in the end */
async function measurePage(
  browser: MeasuredBrowser,
  server: MeasuredServer,
  script: string,
  workload: Workload,
  warmUpMs: number,
): Promise<PageShare> {
  const group = await server.open(workload);
  const page = await browser.follow(script, {
    url: `http://127.0.0.1:${server.port}`,
    namespace: NAMESPACE,
    token: await viewerToken(),
    runId: `${group}0`,
  });
  const streaming = server.process.call('stream', { group, workload });
  await sleep(warmUpMs);
  const share = await page.shareUntil(streaming);
  const expected = wholeText(workload.tokensPerRun, TOKEN_LENGTH);
  const shown = await page.shownText(expected.length, TIMEOUT_MS);
  if (shown !== expected) throw new Error(`The page shows ${JSON.stringify(shown.slice(-40))}.`);
  await page.close();
  await server.process.call('close', { group });
  return share;
}
