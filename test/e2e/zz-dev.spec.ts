import { writeFileSync } from 'node:fs';
import { Tree } from '@angular-devkit/schematics';
import { it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import * as fc from 'fast-check';
import { planMigration } from '../../schematics/migrate-websocket-options/migration.js';
import { typeErrors } from '../schematics/type-check.js';
import { LegacyApplication } from '../support/legacy-application.js';
import { ModuleRunner, outcome } from '../support/migrated-module.js';
import { effectOf, legacyEffectOf } from '../support/gateway-effect.js';
const PATH = '/src/app.module.ts';
const ENVS = [{}, { CI: '1', WS: 'on', WS_PORT: '4000', ORIGIN: 'https://c.example' }, { WS: 'off' }];
const HARMLESS = new Set(['SWITCHED_OFF', 'NO_EFFECT']);
function migrate(source: string): any {
  const tree = Tree.empty(); tree.create(PATH, source);
  const { report, commit } = planMigration(tree, '/'); commit();
  return { text: tree.readText(PATH), report: report.toJSON() };
}
async function optionsOf(source: string, env: any): Promise<any> {
  const [options = {}] = await Promise.all(new ModuleRunner(new Map([[PATH, source]]), env).run().options);
  return options;
}
it('dev', async () => {
  jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
  const seed = Number(process.env['SEED'] ?? 1);
  const sources = fc.sample(fc.gen().map((draw) => new LegacyApplication(draw).source()), { numRuns: Number(process.env['N'] ?? 100), seed });
  const out: string[] = []; const clean = new Map<string, string>(); const counts: any = {}; let harmless = 0;
  for (const [i, source] of sources.entries()) {
    const problems: string[] = [];
    let m: any;
    try { m = migrate(source); } catch (e) { out.push(`#${i} THROWS ${e}\n${source}`); continue; }
    const codes = m.report.left.map((l: any) => l.code); for (const c of new Set<string>(codes)) counts[c] = (counts[c] ?? 0) + 1;
    for (const env of ENVS) {
      const before = await optionsOf(source, env); const after = await optionsOf(m.text, env);
      if (codes.every((c: string) => HARMLESS.has(c))) {
        if (env === ENVS[0]) harmless++;
        const a = JSON.stringify(effectOf(after)), b = JSON.stringify(legacyEffectOf(before));
        if (a !== b) problems.push(`effect ${JSON.stringify(env)}\n  after  ${a}\n  before ${b}`);
      }
      const x = outcome(after), y = outcome(before);
      if (x !== y && codes.length === 0) problems.push(`${codes.length === 0 ? 'CLEAN ' : ''}outcome ${JSON.stringify(env)}\n after ${x}\n before ${y}`);
    }
    const again = migrate(m.text);
    if (again.text !== m.text) problems.push('second run differs:\n' + again.text);
    if (again.report.changed.length) problems.push('second changed ' + JSON.stringify(again.report.changed));
    if (codes.length === 0) clean.set(`case-${i}/app.module.ts`, m.text);
    if (problems.length) out.push(`#${i} ${codes}\n${problems.join('\n')}\n----- source\n${source}\n----- text\n${m.text}`);
  }
  let errors: string[] = [];
  if (!process.env['NOTYPES']) errors = typeErrors(clean);
  for (const e of errors) { out.push('TYPE ' + e); const k = e.split(':')[0]!; out.push(clean.get(k)!); }
  writeFileSync('/tmp/dev.out', `problems ${out.length} clean ${clean.size} harmless ${harmless} of ${sources.length}; ${JSON.stringify(counts)}; type errors ${errors.length}\n` + out.join('\n=================\n'));
}, 600_000);
