import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { FINDINGS } from '../../schematics/migrate-websocket-options/findings.js';
import { LEGACY_KEYS, type LegacyKey } from '../../schematics/migrate-websocket-options/legacy-keys.js';
import { RENAMED_EXPORTS } from '../../schematics/migrate-websocket-options/rename-exports.js';
import { MarkdownPage } from '../docs/markdown-page.js';

const page = new MarkdownPage(join(__dirname, '../../docs/migration.md'));

it('lists every legacy key with what becomes of it', () => {
  const rows: readonly LegacyKey[] = LEGACY_KEYS;
  expect(page.table('What becomes of each key', 'Legacy key')).toEqual(
    rows.map(({ legacy, current, fate }) => [legacy, current ?? '—', fate]),
  );
});

it('lists everything that is left for a person', () => {
  expect(page.table('What is left for you', 'Code')).toEqual(
    Object.entries(FINDINGS).map(([code, { reason, remedy }]) => [code, reason, remedy]),
  );
});

it('lists every export that was renamed', () => {
  expect(page.table('Names of exports', 'Legacy name')).toEqual([...RENAMED_EXPORTS].map((names) => [...names]));
});
