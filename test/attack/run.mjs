// Attacks an application in a process of its own, class by class, while a viewer watches a run in it.
// An attack returns true when it got in. Fails when one did, when the process ended, when a message cost more
// than it may, or when the viewer missed something.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { io } from 'socket.io-client';
import { Attacker, sleep, tokenOf } from './attacker.mjs';

/** What a request, or a message on a WebSocket, may cost. */
const MAX_CPU_MS_PER_MESSAGE = 100;
const HEAP_MB = 256;
const PARALLEL = 8;

class Target {
  static async start(settings) {
    const child = fork(new URL('target.mjs', import.meta.url), [JSON.stringify(settings)], {
      execArgv: [`--max-old-space-size=${HEAP_MB}`],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const target = new Target(child);
    child.stderr.on('data', (data) => (target.errors += data));
    const [{ port }] = await once(child, 'message');
    target.url = `http://127.0.0.1:${port}`;
    await target.watch();
    return target;
  }

  errors = '';
  seen = [];

  constructor(child) {
    this.child = child;
  }

  get isAlive() {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  async watch() {
    this.viewer = io(`${this.url}/streaming`, {
      transports: ['websocket'],
      auth: { token: await tokenOf('viewer') },
    });
    this.viewer.on('stream_update', ({ data: { update } }) =>
      this.seen.push(update.metadata.sequenceNumber),
    );
    const answer = await this.viewer.emitWithAck('subscribe_execution', { executionId: 'watched' });
    if (!answer.ok) throw new Error(`The viewer is refused: ${JSON.stringify(answer)}`);
  }

  /** Has the target do something; one at a time. */
  async ask(question) {
    if (!this.isAlive) return undefined;
    this.child.send(question);
    const [answer] = await Promise.race([once(this.child, 'message'), once(this.child, 'exit')]);
    return typeof answer === 'object' && answer ? answer : undefined;
  }

  /** CPU time and sessions of the target. */
  async measure() {
    return (await this.ask('measure')) ?? { cpuMs: 0, sessions: 0 };
  }

  /** Whether alice, who may, still reads her secret. If nobody gets in, the attacks prove nothing. */
  async serves() {
    const alice = new Attacker(this.url);
    const raw = await alice.join(await tokenOf('alice'));
    if (raw) await alice.event(raw, 'subscribe_execution', { executionId: 'secret' }, 1);
    const isServed = raw !== undefined && (await alice.answered(/the secret of alice/));
    alice.leave();
    return isServed;
  }

  /** What the viewer missed or got twice, if anything. */
  async fault() {
    const before = this.seen.length;
    for (let waited = 0; waited < 10_000 && this.seen.length < before + 5; waited += 20)
      await sleep(20);
    if (this.seen.length < before + 5) return 'the viewer gets nothing any more';
    const wrong = this.seen.findIndex((sequence, index) => sequence !== index + 1);
    return wrong === -1 ? undefined : `the viewer got ${this.seen[wrong]} as update ${wrong + 1}`;
  }

  async stop() {
    this.viewer.disconnect();
    if (!this.isAlive) return;
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }
}

/** @returns what went wrong */
async function attack(target, { name, run }, row, faults) {
  row.tried += 1;
  const attacker = new Attacker(target.url);
  let isIn = false;
  try {
    isIn = (await run(attacker, target)) === true || attacker.hasSecret;
  } catch (error) {
    faults.push(`${row.name}: ${name}: the attack itself failed: ${error.stack}`);
  } finally {
    attacker.leave();
  }
  if (isIn) {
    row.letIn += 1;
    faults.push(`${row.name}: ${name}: let in`);
  } else row.refused += 1;
  return attacker.sent;
}

async function runClass({ name, settings = {}, prepare, attacks, isSerial = false }, faults) {
  const row = { name, tried: 0, refused: 0, letIn: 0, crashed: 0 };
  const target = await Target.start(settings);
  if (!(await target.serves())) faults.push(`${name}: alice is not served before the attacks`);
  await prepare?.(new Attacker(target.url));
  const waiting = [...attacks];
  const before = await target.measure();
  const sent = [];
  const worker = async () => {
    for (let next = waiting.shift(); next && target.isAlive; next = waiting.shift())
      sent.push(await attack(target, next, row, faults));
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: isSerial ? 1 : PARALLEL }, worker));
  const { cpuMs, maxMessageMs, longestTurnMs } = await target.measure();
  row.longestTurnMs = longestTurnMs ?? 0;
  row.maxMessageMs = maxMessageMs ?? 0;
  row.cpuMsPerMessage =
    Math.max(0, cpuMs - before.cpuMs) /
    Math.max(
      1,
      sent.reduce((sum, one) => sum + one, 0),
    );
  row.seconds = (performance.now() - began) / 1_000;
  if (!target.isAlive) {
    row.crashed += 1;
    faults.push(`${name}: the process ended: ${target.errors.slice(0, 1_000)}`);
  } else {
    if (!(await target.serves())) faults.push(`${name}: alice is not served after the attacks`);
    const fault = await target.fault();
    if (fault) faults.push(`${name}: ${fault}`);
  }
  await target.stop();
  return row;
}

/**
 * Collecting garbage and compiling count as the cost of the message that they meet. A message that costs much itself
 * costs it again.
 */
async function measureClass(one, faults) {
  const row = await runClass(one, faults);
  if (row.maxMessageMs > MAX_CPU_MS_PER_MESSAGE) {
    const again = await runClass(one, faults);
    row.maxMessageMs = Math.min(row.maxMessageMs, again.maxMessageMs);
  }
  one.close?.();
  if (row.maxMessageMs > MAX_CPU_MS_PER_MESSAGE)
    faults.push(`${one.name}: a message cost ${row.maxMessageMs.toFixed(1)} ms of CPU`);
  return row;
}

const only = process.argv[2] ?? '';
const files = (await readdir(new URL('classes/', import.meta.url))).toSorted();
const faults = [];
const rows = [];
for (const file of files.filter((one) => one.includes(only))) {
  const { classes } = await import(`./classes/${file}`);
  for (const one of classes) {
    const row = await measureClass(one, faults);
    rows.push(row);
    process.stderr.write(`${row.name}: ${row.tried} in ${row.seconds.toFixed(1)} s\n`);
  }
}
const total = rows.reduce((sum, { tried }) => sum + tried, 0);
console.log(
  '| class | tried | refused | let in | crashed | CPU ms per message | at most | longest turn ms |',
);
console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
for (const row of rows)
  console.log(
    `| ${row.name} | ${row.tried} | ${row.refused} | ${row.letIn} | ${row.crashed} | ${row.cpuMsPerMessage.toFixed(2)} | ${row.maxMessageMs.toFixed(1)} | ${row.longestTurnMs.toFixed(0)} |`,
  );
console.log(`\n${total} attacks`);
for (const fault of faults) console.log(`FAULT ${fault}`);
if (only === '' && total < 300) faults.push('fewer than 300 attacks');
process.exitCode = faults.length > 0 ? 1 : 0;
