// node scripts/predemo.mjs: builds the package and the demos, unless what was built before is newer than all
// that it is built from.
import { execSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const SOURCES = ['src', 'schematics', 'examples', 'scripts', 'package.json', 'package-lock.json'];
/** What each step of the build writes last. */
const RESULTS = [
  'dist/cjs/package.json',
  ...['chat', 'instances'].map((name) => `examples/${name}/dist/public/index.html`),
];

function newest(path) {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  const all = readdirSync(path);
  const names = all.filter((name) => name !== 'dist' && name !== 'node_modules');
  // A folder changes if a file in it is deleted, but also if a build makes its `dist`.
  const own = names.length === all.length ? stats.mtimeMs : 0;
  return Math.max(own, ...names.map((name) => newest(join(path, name))));
}

const builtAt = Math.min(
  ...RESULTS.map((path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0),
);
const configs = readdirSync('.').filter((name) => /^tsconfig.*\.json$/.test(name));
if (Math.max(...[...SOURCES, ...configs].map(newest)) > builtAt) {
  console.log('Building the package and the page.');
  execSync('npm run --silent build && npm run --silent build:demo', { stdio: 'inherit' });
}
