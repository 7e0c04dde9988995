import { ApiUser } from './api-user.js';
import type { Demo } from '../demo.js';
import { Report } from './report.js';
import { Watcher } from './watcher.js';

/** Viewers learn within 5 seconds what became of a run; ten times as long on a busy machine. In ms. */
const TOLD_WITHIN_MS = 50_000;

/**
 * Kills a gateway in the middle of a run, and the worker in the middle of another one, and prints what
 * the viewers saw.
 *
 * @returns the exit code: 0 when nothing was lost or doubled
 */
export async function killInTheMiddle(demo: Demo): Promise<number> {
  const report = new Report();
  await killGateway(demo, report);
  await killWorker(demo, report);
  return report.exitCode;
}

async function killGateway(demo: Demo, report: Report): Promise<void> {
  const [gateway] = demo.gateways;
  report.line('Ada asks. The worker runs the agent; of two viewers one is at each gateway.');
  const viewers = await watch(demo);
  const [one] = viewers;
  await one.halfway;
  report.line(
    `  ✂ ${gateway.name} (process ${gateway.pid}) is killed after update #${one.check.received}`,
  );
  await gateway.kill();
  report.line(`  ? ${await one.approve()} – yes`);
  await Promise.all(viewers.map(({ ended }) => ended));
  for (const { name, check } of viewers) tellSequence(report, name, check);
  const moved = viewers.filter(({ check }) => check.back() > 0);
  for (const { name, check } of moved)
    report.line(`  ${name} was at the other gateway after ${check.back()} ms`);
  report.claim('the viewer of the killed gateway went on at the other one', moved.length > 0);
  await tellTexts(demo, report, viewers);
  report.claim(
    'the run has completed',
    viewers.every(({ run }) => run.state === 'completed'),
  );
  for (const viewer of viewers) viewer.close();
  await gateway.run();
}

async function killWorker(demo: Demo, report: Report): Promise<void> {
  const { worker } = demo;
  report.line('\nAda asks again.');
  const viewers = await watch(demo);
  const [one] = viewers;
  await one.halfway;
  report.line(
    `  ✂ ${worker.name} (process ${worker.pid}) is killed after update #${one.check.received}`,
  );
  const killedAt = performance.now();
  await worker.kill();
  for (const { name, ended, errors, check } of viewers) {
    const afterMs = Math.round((await ended) - killedAt);
    const isTold = errors.length === 1 && errors[0] === 'PRODUCER_LOST';
    report.claim(
      `${name} was told after ${afterMs} ms: ${errors.join(', ') || 'nothing'}, once`,
      isTold && afterMs < TOLD_WITHIN_MS,
    );
    tellSequence(report, name, check);
  }
  await tellTexts(demo, report, viewers);
  for (const viewer of viewers) viewer.close();
}

/** Asks something, and follows the run twice through the load balancer. */
async function watch(demo: Demo): Promise<readonly [Watcher, Watcher]> {
  const { ada, url } = adaAt(demo);
  const executionId = await ada.ask('A weekend in Lisbon');
  const [one, other] = ['Viewer 1', 'Viewer 2'].map(
    (name) => new Watcher(name, url, executionId, ada.credential),
  );
  if (!one || !other) throw new Error('There are two.');
  return [one, other];
}

/** The load balancer takes turns, so Ada's own requests go past it. */
function adaAt({ gateways, url }: Demo): { ada: ApiUser; url: string } {
  const [, gateway] = gateways;
  return { ada: new ApiUser(gateway.url, 'ada'), url };
}

function tellSequence(
  report: Report,
  name: string,
  { received, faults, recovered }: Watcher['check'],
): void {
  report.claim(
    `${name} got ${received} updates, each once and in order; ${recovered.updates} of them came from the log` +
      faults.map((fault) => `: ${fault}`).join(''),
    faults.length === 0 && received > 0,
  );
}

/** All have the same text, and so has somebody who comes afterwards. */
async function tellTexts(
  demo: Demo,
  report: Report,
  viewers: readonly [Watcher, Watcher],
): Promise<void> {
  const { ada, url } = adaAt(demo);
  const late = new Watcher('A late viewer', url, viewers[0].run.id, ada.credential);
  await late.ended;
  const { text } = late.run;
  report.claim(
    `both have the same text, and so has a viewer who comes afterwards: ${text.length} characters`,
    text !== '' && viewers.every(({ run }) => run.text === text),
  );
  late.close();
}
