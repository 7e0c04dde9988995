// Marks the CommonJS outputs as such and copies what tsc does not: schemas, templates, and the declarations,
// which are the same for both kinds of modules.
import { cpSync, statSync, writeFileSync } from 'node:fs';

for (const dir of ['dist/cjs', 'dist/schematics']) {
  writeFileSync(`${dir}/package.json`, '{"type":"commonjs"}\n');
}
cpSync('schematics', 'dist/schematics', {
  recursive: true,
  filter: (source) =>
    statSync(source).isDirectory() || source.endsWith('.json') || /[\\/]files[\\/]/.test(source),
});
cpSync('dist/esm', 'dist/cjs', {
  recursive: true,
  filter: (source) => statSync(source).isDirectory() || /\.d\.ts(\.map)?$/.test(source),
});
