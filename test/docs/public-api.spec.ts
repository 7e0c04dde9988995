import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { format, resolveConfig } from 'prettier';
import { apiReference, readEntries } from '../support/api-reference.js';

const PAGE = 'docs/api.md';

/** The names that stay at the root, whatever moves. */
const AT_THE_ROOT = [
  'ClientSubscriptionConfig',
  'EventStreamProcessorService',
  'GatewayAuthenticationService',
  'GatewayConnectionManager',
  'GatewayErrorHandler',
  'StreamAll',
  'StreamEvent',
  'StreamProgress',
  'StreamToken',
  'StreamingAgent',
  'StreamingGatewayEvents',
  'StreamingModule',
  'StreamingService',
  'StreamingWebSocketGateway',
  'TokenStreamingService',
  'WebSocketBridgeService',
  'WebSocketGatewayOptions',
];

/** What people read, except the page that is made of the names themselves. */
const READ = ['README.md', ...filesIn('docs', /\.md$/), ...filesIn('examples', /\.tsx?$/)].filter(
  (file) => file !== PAGE,
);

function filesIn(folder: string, pattern: RegExp): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => pattern.test(file) && !/node_modules|dist/.test(file))
    .map((file) => join(folder, file));
}

const entries = readEntries();
const [root] = entries;
const rootNames = root?.names.map(({ name }) => name) ?? [];
const isForPages = (specifier: string): boolean => /\/(client|react)$/.test(specifier);

describe('the root entry', () => {
  it('exports 60 to 80 names', () => {
    expect(rootNames.length).toBeGreaterThanOrEqual(60);
    expect(rootNames.length).toBeLessThanOrEqual(80);
  });

  it('exports what has always been there', () => {
    expect(rootNames).toEqual(expect.arrayContaining(AT_THE_ROOT));
  });
});

describe('the entries', () => {
  it.each(entries)('$specifier says what each of its names is for', ({ names }) => {
    expect(names.filter(({ about }) => about === '').map(({ name }) => name)).toEqual([]);
  });

  it.each(entries)('$specifier says what each member of its names is for', ({ names }) => {
    const uncommented = names.flatMap(({ name, uncommented: members }) =>
      members.map((member) => `${name}.${member}`),
    );
    expect(uncommented).toEqual([]);
  });

  it.each(entries)('$specifier has no name that no document and no example uses', ({ names }) => {
    const words = new Set(READ.flatMap((file) => readFileSync(file, 'utf8').match(/\w+/g) ?? []));
    expect(names.map(({ name }) => name).filter((name) => !words.has(name))).toEqual([]);
  });

  it('export each name once to servers', () => {
    const names = entries
      .filter(({ specifier }) => !isForPages(specifier))
      .flatMap((entry) => entry.names.map(({ name }) => name));
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('are the tables of docs/api.md', async () => {
    const page = await format(apiReference(entries), {
      ...(await resolveConfig(PAGE)),
      filepath: PAGE,
    });
    if (process.env['UPDATE_DOCS']) writeFileSync(PAGE, page);
    expect(readFileSync(PAGE, 'utf8')).toBe(page);
  });
});
