import { Tree } from '@angular-devkit/schematics';
import { expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import * as fc from 'fast-check';
import { planMigration } from '../../schematics/migrate-websocket-options/migration.js';
import type { JsonReport } from '../../schematics/migrate-websocket-options/migration-report.js';
import { typeErrors } from '../schematics/type-check.js';
import { LegacyApplication } from '../support/legacy-application.js';
import { ModuleRunner, outcome } from '../support/migrated-module.js';
import { effectOf, legacyEffectOf } from '../support/gateway-effect.js';

/** `MIGRATIONS=2000` looks at more of them. */
const RUNS = Number(process.env['MIGRATIONS'] ?? 150);
const PATH = '/src/app.module.ts';
const ENVIRONMENTS = [
  {},
  { CI: '1', WS: 'on', WS_PORT: '4000', ORIGIN: 'https://c.example' },
  { WS: 'off' },
];

/** Findings that leave nothing in the code which has another effect than before. */
const HARMLESS = new Set(['SWITCHED_OFF', 'NO_EFFECT']);

interface Migrated {
  readonly text: string;
  readonly report: JsonReport;
}

function migrate(source: string): Migrated {
  const tree = Tree.empty();
  tree.create(PATH, source);
  const { report, commit } = planMigration(tree, '/');
  commit();
  return { text: tree.readText(PATH), report: report.toJSON() };
}

async function optionsOf(source: string, env: Record<string, string>): Promise<object> {
  const [options = {}] = await Promise.all(
    new ModuleRunner(new Map([[PATH, source]]), env).run().options,
  );
  return options;
}

const applications = fc.gen().map((draw) => new LegacyApplication(draw).source());

it('a migrated application boots as the one before, or every difference is reported', async () => {
  jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
  const clean = new Map<string, string>();
  await fc.assert(
    fc.asyncProperty(applications, async (source) => {
      const { text, report } = migrate(source);
      for (const env of ENVIRONMENTS) {
        const before = await optionsOf(source, env);
        const after = await optionsOf(text, env);
        const isHarmless = report.left.every(({ code }) => HARMLESS.has(code));
        if (isHarmless) expect(effectOf(after)).toEqual(legacyEffectOf(before));
        if (report.left.length === 0) expect(outcome(after)).toBe(outcome(before));
      }
      const again = migrate(text);
      expect(again.text).toBe(text);
      expect(again.report.changed).toEqual([]);
      if (report.left.length === 0) clean.set(`case-${clean.size}/app.module.ts`, text);
    }),
    { numRuns: RUNS, seed: 14, endOnFailure: RUNS > 1000 },
  );
  expect(clean.size).toBeGreaterThan(RUNS / 20);
  expect(typeErrors(clean)).toEqual([]);
}, 600_000);
