// Measures the table of docs/decisions/schematics.md and fails if the page says something else.
// Usage: node test/comparison/run.mjs [--tarball <file>] [--keep]
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { pack, run } from '../cli/shell.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const PAGE = join(HERE, '../../docs/decisions/schematics.md');

/** What is compared, and what runs it. The page names the versions. */
const PACKAGES = [
  '@angular-devkit/core@22.2.7',
  '@angular-devkit/schematics@22.2.7',
  '@angular/cdk@22.2.6',
  '@angular/material@22.2.6',
  '@nestjs/schematics@12.0.6',
  '@ngrx/store@22.0.1',
  '@schematics/angular@22.2.7',
  'prettier@3.10.1',
  'typescript@6.0.3',
];

const { values } = parseArgs({
  options: { tarball: { type: 'string' }, keep: { type: 'boolean', default: false } },
});
const folder = mkdtempSync(join(tmpdir(), 'langgraph-streaming-comparison-'));
try {
  const measured = await measure(values.tarball ?? (await pack(folder)));
  const written = tableOf(readFileSync(PAGE, 'utf8'));
  const wrong = measured.filter((row) => !written.some((other) => isSame(row, other)));
  const unmeasured = written.filter((row) => !measured.some(([text]) => text === row[0]));
  for (const row of measured) console.log(row.join(' | '));
  for (const row of wrong) console.error(`The page does not say: ${row.join(' | ')}`);
  for (const [text] of unmeasured) console.error(`Nothing measures: ${text}`);
  if (wrong.length + unmeasured.length > 0) process.exitCode = 1;
} finally {
  if (values.keep) console.log(`Kept ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
}

/** Installs what is compared, and measures in the folder where it is installed. */
async function measure(tarball) {
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  // Without the frameworks themselves, which are peers of their schematics.
  const flags = ['--no-audit', '--no-fund', '--legacy-peer-deps'];
  await run('npm', ['install', ...flags, ...PACKAGES, tarball], { cwd: folder });
  for (const file of ['contestants.mjs', 'measure.mjs', 'rows.mjs'])
    cpSync(join(HERE, file), join(folder, file));
  const output = await run(process.execPath, ['measure.mjs'], { cwd: folder });
  return JSON.parse(output.slice(output.indexOf('[[')));
}

/** The cells of the first table of a page, without its head. */
function tableOf(page) {
  const lines = page.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

function isSame(row, other) {
  return row.length === other.length && row.every((cell, index) => cell === other[index]);
}
