import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readBaseline } from './baseline.js';
import { machineLoad } from './machine.js';
import { tableOf } from './report.js';
import { SCENARIOS } from './scenarios/index.js';
import type { Effort, ResultRow } from './scenarios/result.js';
import { VARIANTS, type VariantName } from './variants/index.js';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    force: { type: 'boolean', default: false },
    against: { type: 'string', multiple: true },
    baseline: { type: 'string' },
    pictures: { type: 'string' },
  },
});

const before = values.baseline === undefined ? undefined : readBaseline(values.baseline);
const load = await machineLoad();
process.stderr.write(
  `${load.cores} cores, of which others keep ${load.busyCores.toFixed(2)} busy; Node ${process.version}\n`,
);
if (!load.isQuiet && !values.force && !values.quick) {
  process.stderr.write(
    'The machine is not quiet: figures would mean little. --force measures anyway.\n',
  );
  process.exit(1);
}

const { pictures } = values;
const effort: Effort = {
  ...(values.quick
    ? { cycles: 1, isWarm: false, scale: 0.3 }
    : { cycles: 3, isWarm: true, scale: 1 }),
  ...(values.against && { baselines: values.against.map(variantNamed) }),
  ...(pictures !== undefined && {
    picture: (name, svg) => {
      mkdirSync(pictures, { recursive: true });
      writeFileSync(path.join(pictures, `${name}.svg`), svg);
    },
  }),
};
const rows: ResultRow[] = [];
const chosen = SCENARIOS.filter(({ name, isLong }) =>
  values.only === '' ? !(isLong && values.quick) : name.includes(values.only),
);
for (const scenario of chosen) {
  const reason = scenario.skip?.();
  process.stderr.write(
    `${scenario.name} ${reason === undefined ? '…' : `is skipped: ${reason}`}\n`,
  );
  if (reason !== undefined) continue;
  try {
    rows.push(...(await scenario.run(effort)));
  } catch (error) {
    // What the others measured is told all the same.
    console.error(error);
    process.exitCode = 1;
  }
}
const machine = { node: process.version, platform: process.platform, arch: process.arch, load };
process.stdout.write(
  values.json
    ? `${JSON.stringify({ ...machine, rows }, undefined, 2)}\n`
    : `${tableOf(rows, before)}\n`,
);

function variantNamed(name: string): VariantName {
  if (Object.hasOwn(VARIANTS, name)) return name as VariantName;
  throw new Error(`There is no ${name}; there are ${Object.keys(VARIANTS).join(', ')}.`);
}
