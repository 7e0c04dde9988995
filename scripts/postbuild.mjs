// Marks the CommonJS outputs as such and copies what tsc does not: schemas and templates.
import { cpSync, statSync, writeFileSync } from 'node:fs';

for (const dir of ['dist/cjs', 'dist/schematics']) {
  writeFileSync(`${dir}/package.json`, '{"type":"commonjs"}\n');
}
cpSync('schematics', 'dist/schematics', {
  recursive: true,
  filter: (source) =>
    statSync(source).isDirectory() || source.endsWith('.json') || /[\\/]files[\\/]/.test(source),
});
