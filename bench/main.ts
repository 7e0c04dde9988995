import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readArguments } from './arguments.js';
import { readBaseline, readRows } from './baseline.js';
import { machineLoad } from './machine.js';
import { tableOf } from './report.js';
import { SCENARIOS } from './scenarios/index.js';
import type { Effort, ResultRow } from './scenarios/result.js';

const given = readArguments();
if (!given) process.exit();
const { quick, json, only, from, force, against, baseline, pictures } = given;

const before = baseline === undefined ? undefined : readBaseline(baseline);
if (from !== undefined) {
  process.stdout.write(`${tableOf(readRows(from), before)}\n`);
  process.exit();
}
const load = await machineLoad();
process.stderr.write(
  `${load.cores} cores, of which others keep ${load.busyCores.toFixed(2)} busy; Node ${process.version}\n`,
);
if (!load.isQuiet && !force && !quick) {
  process.stderr.write(
    'The machine is not quiet: figures would mean little. --force measures anyway.\n',
  );
  process.exit(1);
}

const effort: Effort = {
  ...(quick ? { cycles: 1, isWarm: false, scale: 0.1 } : { cycles: 3, isWarm: true, scale: 1 }),
  ...(against && { baselines: against }),
  ...(pictures !== undefined && {
    picture: (name, svg) => {
      mkdirSync(pictures, { recursive: true });
      writeFileSync(path.join(pictures, `${name}.svg`), svg);
    },
  }),
};
const rows: ResultRow[] = [];
const chosen = SCENARIOS.filter(({ name, isLong }) =>
  only === '' ? !isLong : name.includes(only),
);
for (const scenario of chosen) {
  const reason = scenario.skip?.();
  if (reason !== undefined) {
    process.stderr.write(`${scenario.name} is skipped: ${reason}\n`);
    continue;
  }
  const startedAt = performance.now();
  process.stderr.write(`${scenario.name} …`);
  try {
    rows.push(...(await scenario.run(effort)));
    process.stderr.write(` ${((performance.now() - startedAt) / 1_000).toFixed(0)} s\n`);
  } catch (error) {
    // What the others measured is told all the same.
    console.error(error);
    process.exitCode = 1;
  }
}
const machine = { node: process.version, platform: process.platform, arch: process.arch, load };
process.stdout.write(
  json ? `${JSON.stringify({ ...machine, rows }, undefined, 2)}\n` : `${tableOf(rows, before)}\n`,
);
