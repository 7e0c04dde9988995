// More faults than in CI: npm run test:faults -- --faults 3000 [--seed 1]
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { faults: { type: 'string', default: '3000' }, seed: { type: 'string' } },
});
const { status } = spawnSync('npm', ['test', '--', '--maxWorkers=1', 'test/fault/faults'], {
  stdio: 'inherit',
  env: { ...process.env, FAULTS: values.faults, ...(values.seed && { SEED: values.seed }) },
});
process.exitCode = status ?? 1;
