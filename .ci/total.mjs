// Prints how each part of a run went, its seconds against its budget and, alone on the last line, how many
// tests passed and failed.
// Exits with 1 if anything failed.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [, , results] = process.argv;
const parts = readFileSync(join(results, 'parts.tsv'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => line.split('\t'));

let passed = 0;
let failed = 0;
let skipped = 0;
console.log('\n=== summary\n');
let total = 0;
let allowed = 0;
for (const [status, seconds, budget, name] of parts) {
  const tests = countOf(name, status === '0');
  passed += tests.passed;
  failed += tests.failed;
  skipped += tests.skipped;
  total += Number(seconds);
  allowed += Number(budget);
  print(status === '0' ? 'ok' : 'FAILED', seconds, budget, name);
}
print('', total, allowed, 'in all');
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed > 0 ? 1 : 0;

/** One line: how it went, how long it took of what it may take, and what it is. */
function print(outcome, seconds, budget, name) {
  const time = `${String(seconds).padStart(4)} of ${String(budget).padStart(4)} s`;
  const late = Number(seconds) > Number(budget) ? '  (over its budget)' : '';
  console.log(`${outcome.padEnd(6)} ${time}  ${name}${late}`);
}

/** What a part's report says; a part without one, or that failed beside its tests, counts as one. */
function countOf(name, ok) {
  const report = join(results, `${name}.json`);
  if (!existsSync(report)) return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 };
  const tests = JSON.parse(readFileSync(report, 'utf8'));
  return {
    passed: tests.numPassedTests,
    failed: ok ? tests.numFailedTests : Math.max(tests.numFailedTests, 1),
    skipped: tests.numPendingTests + tests.numTodoTests,
  };
}
