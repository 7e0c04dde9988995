import { parseArgs } from 'node:util';
import { tableOf } from './report.js';
import { SCENARIOS } from './scenarios/index.js';
import type { ResultRow } from './scenarios/result.js';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
  },
});

const effort = values.quick
  ? { cycles: 1, isWarm: false, scale: 0.3 }
  : { cycles: 3, isWarm: true, scale: 1 };
const rows: ResultRow[] = [];
for (const scenario of SCENARIOS.filter(({ name }) => name.includes(values.only))) {
  process.stderr.write(`${scenario.name} …\n`);
  rows.push(...(await scenario.run(effort)));
}
const machine = { node: process.version, platform: process.platform, arch: process.arch };
process.stdout.write(
  values.json ? `${JSON.stringify({ ...machine, rows }, undefined, 2)}\n` : `${tableOf(rows)}\n`,
);
