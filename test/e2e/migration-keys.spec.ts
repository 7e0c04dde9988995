import { Tree } from '@angular-devkit/schematics';
import { describe, expect, it } from '@jest/globals';
import {
  objectIn,
  type JsonSchema,
} from '../../schematics/migrate-websocket-options/json-schema.js';
import {
  LEGACY_KEYS,
  type LegacyKey,
  pathOf,
} from '../../schematics/migrate-websocket-options/legacy-keys.js';
import type { JsonReport } from '../../schematics/migrate-websocket-options/migration-report.js';
import { planMigration } from '../../schematics/migrate-websocket-options/migration.js';
import { OPTION_SCHEMA } from '../../schematics/migrate-websocket-options/option-schema.js';
import { bootOptions } from '../support/boot-options.js';
import { typeErrors } from '../schematics/type-check.js';
import { ModuleRunner } from '../support/migrated-module.js';

const PATH = '/src/app.module.ts';
const SECRET = `'${'s'.repeat(32)}'`;

/** A value for a legacy key, as source text; what is not here takes a number. */
const VALUES: Readonly<Record<string, string>> = {
  enabled: 'true',
  'websocket.enabled': 'true',
  'websocket.cors': `{ origin: 'https://a.example' }`,
  'websocket.compression': 'true',
  'websocket.namespace': `'/live'`,
  'websocket.events': `['update']`,
  'gateway.websocket.compression': 'true',
  'gateway.websocket.namespace': `'/live'`,
  'gateway.auth.required': 'false',
  'gateway.auth.jwtSecret': SECRET,
  'gateway.auth.handler': 'async (_socket: unknown, token: string) => token.length > 3',
  'gateway.authentication.enabled': 'false',
  'gateway.authentication.required': 'false',
  'gateway.authentication.strategy': `'jwt'`,
  'gateway.authentication.secretKey': SECRET,
  'gateway.authentication.expiresIn': `'1h'`,
  'gateway.rateLimit.skip': '(socket) => socket.handshake.secure',
  'gateway.cors': 'true',
  'gateway.compression': '{ enabled: true }',
  'gateway.heartbeat': '{ interval: 5_000 }',
  'gateway.rooms': '{ autoJoin: true }',
  strictNaming: 'true',
  defaultMode: `'values'`,
  modes: `['values']`,
};

/** What else a key needs, so that only the key itself is looked at. */
const BESIDE: Readonly<Record<string, string>> = {
  'gateway.auth.jwtSecret': 'required: true',
  'gateway.authentication.strategy': 'enabled: false',
  'gateway.authentication.secretKey': 'enabled: true',
  'gateway.authentication.expiresIn': `enabled: true, secretKey: ${SECRET}`,
};

/** Options with one key, and a switch so that nothing is off for want of it. */
function optionsText(path: string, value: string): string {
  const keys = path.split('.');
  const beside = BESIDE[path] === undefined ? '' : `, ${BESIDE[path]}`;
  const nested = keys.reduceRight<string>(
    (inner, key, depth) =>
      depth === keys.length - 1 ? `{\\n${key}: ${inner}${beside} }` : `{ ${key}: ${inner} }`,
    value,
  );
  const body = nested.replaceAll('\\n', '\n');
  if (keys[0] === 'gateway' && keys.length > 1)
    return body.replace('{ gateway: {', '{ gateway: { enabled: true,');
  return body;
}

function sourceOf(options: string): string {
  return `import { Module } from '@nestjs/common';
import { StreamingModule } from '@hive-academy/langgraph-streaming';

@Module({ imports: [StreamingModule.forRoot(${options})] })
export class AppModule {}
`;
}

function migrate(source: string): { text: string; report: JsonReport } {
  const tree = Tree.empty();
  tree.create(PATH, source);
  const { report, commit } = planMigration(tree, '/');
  commit();
  return { text: tree.readText(PATH), report: report.toJSON() };
}

/** What the boot says of a module: the paths it refuses, its warnings, and what it resolves to. */
async function boot(
  source: string,
): Promise<{ refused: string[]; said: string; resolved: unknown }> {
  const [options = {}] = await Promise.all(
    new ModuleRunner(new Map([[PATH, source]]), {}).run().options,
  );
  try {
    const { resolved, warnings } = bootOptions(options);
    return { refused: [], said: warnings.join('\n'), resolved };
  } catch (error) {
    const issues = (error as { issues?: { path: string }[] }).issues ?? [];
    return { refused: issues.map(({ path }) => path), said: '', resolved: undefined };
  }
}

/** The place of a key in a source in which it begins a line. */
const lineOf = (source: string, key: string): number =>
  source.split('\n').findIndex((line) => line.startsWith(`${key}: `)) + 1;

const rows = LEGACY_KEYS.map((row) => [row.legacy, row] as const);
const finished = new Map<string, string>();

describe.each(rows)('the legacy key %s', (_name, row: LegacyKey) => {
  const path = pathOf(row);
  const key = path.slice(path.lastIndexOf('.') + 1);
  const source = sourceOf(optionsText(path, VALUES[path] ?? '5_000'));

  it('meets at the boot what the table says', async () => {
    const { refused, said } = await boot(source);
    const isRefused = refused.some((one) => one.startsWith(path.replace(/^websocket/, 'gateway')));
    expect(isRefused).toBe(row.boot === 'refused');
    if (row.boot === 'ignored') expect(said).toMatch(new RegExp(`without effect.*${path}`));
    if (row.boot === 'read' && row.fate !== 'reported') expect(said).toMatch(/Deprecated options/);
  });

  it('is migrated, or reported where it is', () => {
    const { text, report } = migrate(source);
    const here = report.left.filter(({ line }) => line === lineOf(source, key));
    if (row.fate === 'reported') {
      expect(here).toHaveLength(1);
      expect(here[0]).toMatchObject({ path: 'src/app.module.ts' });
      expect(here[0]?.column).toBeGreaterThan(0);
      expect(text).toMatch(/TODO\(@hive-academy\/langgraph-streaming\): /);
      return;
    }
    expect(report.left.filter(({ code }) => code !== 'SWITCHED_OFF')).toEqual([]);
    expect(report.changed).not.toEqual([]);
    finished.set(`key-${finished.size}/app.module.ts`, text);
  });

  it('leaves a module that boots as it did, and that a second run leaves alone', async () => {
    const { text, report } = migrate(source);
    expect(migrate(text).text).toBe(text);
    if (report.left.some(({ code }) => code !== 'SWITCHED_OFF')) return;
    const after = await boot(text);
    expect(after.refused).toEqual([]);
    expect(after.said).toBe('');
    if (row.boot === 'read')
      expect(JSON.stringify(after.resolved)).toBe(JSON.stringify((await boot(source)).resolved));
  });
});

it('leaves modules that compile', () => {
  expect(finished.size).toBeGreaterThan(20);
  expect(typeErrors(finished)).toEqual([]);
}, 120_000);

/** Every object of options, by path. */
function levels(schema: JsonSchema, path = ''): string[] {
  const inner = Object.entries(objectIn(schema)?.properties ?? {}).flatMap(([key, value]) =>
    objectIn(value) ? levels(value, path === '' ? key : `${path}.${key}`) : [],
  );
  return [path, ...inner];
}

const LEGACY_LEVELS = ['websocket', 'gateway.websocket', 'gateway.auth'];

describe.each([...levels(OPTION_SCHEMA), ...LEGACY_LEVELS])(
  'a key that nobody knows in "%s"',
  (level) => {
    const path = level === '' ? 'nonsense' : `${level}.nonsense`;
    const source = sourceOf(optionsText(path, '5'));

    it('is reported where it is, if the boot refuses it', async () => {
      const { refused } = await boot(source);
      const { report, text } = migrate(source);
      // `gateway.auth` drops what it does not know; everything else is refused.
      if (level !== 'gateway.auth') expect(refused).not.toEqual([]);
      expect(report.left).toContainEqual(
        expect.objectContaining({ code: 'UNKNOWN_KEY', line: lineOf(source, 'nonsense') }),
      );
      expect(migrate(text).text).toBe(text);
    });
  },
);
