import { Tree } from '@angular-devkit/schematics';
import { expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import * as fc from 'fast-check';
import { planMigration } from '../../schematics/migrate-websocket-options/migration.js';
import type { JsonReport } from '../../schematics/migrate-websocket-options/migration-report.js';
import { typeErrors } from '../schematics/type-check.js';
import { effectOf, legacyEffectOf } from '../support/gateway-effect.js';
import { LegacyApplication } from '../support/legacy-application.js';
import { ModuleRunner } from '../support/migrated-module.js';

/** `MIGRATIONS=2000 MIGRATION_SEED=7` tries more of them, and others. */
const RUNS = Number(process.env['MIGRATIONS'] ?? 60);
const SEED = Number(process.env['MIGRATION_SEED'] ?? 14);

const PATH = '/src/app.module.ts';
const ENVIRONMENTS = [
  {},
  { CI: '1', WS: 'on', WS_PORT: '4000', ORIGIN: 'https://c.example' },
  { WS: 'off' },
];

/** Findings that say something of code which does what it did. */
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
  const runner = new ModuleRunner(new Map([[PATH, source]]), env).run();
  const [options = {}] = await Promise.all(runner.options);
  return options;
}

const applications = fc.gen().map((draw) => new LegacyApplication(draw).source());

it('a migrated application does what 0.x did, or every difference is reported', async () => {
  jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
  const finished = new Map<string, string>();
  await fc.assert(
    fc.asyncProperty(applications, async (source) => {
      const { text, report } = migrate(source);
      if (report.left.every(({ code }) => HARMLESS.has(code))) {
        for (const env of ENVIRONMENTS) {
          const legacy = legacyEffectOf(await optionsOf(source, env));
          expect(effectOf(await optionsOf(text, env))).toEqual(legacy);
        }
      }
      const again = migrate(text);
      expect(again.text).toBe(text);
      expect(again.report.changed).toEqual([]);
      if (report.left.length === 0) finished.set(`random-${finished.size}/app.module.ts`, text);
    }),
    { numRuns: RUNS, seed: SEED, interruptAfterTimeLimit: 500_000, markInterruptAsFailure: true },
  );
  expect(finished.size).toBeGreaterThan(RUNS / 10);
  expect(typeErrors(finished)).toEqual([]);
}, 600_000);
