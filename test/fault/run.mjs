// More faults than in CI: npm run test:faults -- --faults 3000 [--seed 1]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { faults: { type: 'string', default: '3000' }, seed: { type: 'string' } },
});
const folder = mkdtempSync(join(tmpdir(), 'faults-'));
const totals = join(folder, 'totals.json');
const { status } = spawnSync('npm', ['test', '--', '--maxWorkers=1', 'test/fault/faults'], {
  stdio: 'inherit',
  env: {
    ...process.env,
    FAULTS: values.faults,
    FAULTS_TOTALS: totals,
    ...(values.seed && { SEED: values.seed }),
  },
});
process.exitCode = status ?? 1;
if (existsSync(totals)) console.log(readFileSync(totals, 'utf8'));
rmSync(folder, { recursive: true });
