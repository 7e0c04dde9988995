import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';

/** The tags that editors show as such; another one is the rest of an example that they cut. */
const TAGS = [
  'default',
  'deprecated',
  'internal',
  'param',
  'publicApi',
  'returns',
  'see',
  'throws',
  'typeParam',
];

/** Every comment of the source, as an editor reads it. */
function commentsOf(file: string): ts.JSDoc[] {
  const source = ts.createSourceFile(
    file,
    readFileSync(file, 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  const comments: ts.JSDoc[] = [];
  const visit = (node: ts.Node): void => {
    for (const comment of ts.getJSDocCommentsAndTags(node)) {
      if (ts.isJSDoc(comment) && comment.parent === node) comments.push(comment);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return comments;
}

const FILES = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
  .map((file) => `src/${file}`);

/** The names of 0.x for durations, and of what they are now. */
const FORMER_DURATIONS = new Map([
  ['flushInterval', 'flushIntervalMs'],
  ['interval', 'intervalMs'],
  ['connectionTimeout', 'connectTimeoutMs'],
  ['heartbeatInterval', 'pingIntervalMs'],
]);

/** Of the answers of 0.x, which keep their names. */
const KEPT = ['uptime'];

/** Every property and its comment, by name. */
const PROPERTIES = FILES.flatMap(propertiesOf);

function propertiesOf(file: string): { readonly name: string; readonly about: string }[] {
  const text = readFileSync(file, 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const properties: { name: string; about: string }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertySignature(node) && node.type && /^number\b/.test(node.type.getText()))
      properties.push({
        name: node.name.getText(),
        about: ts
          .getJSDocCommentsAndTags(node)
          .map((comment) => comment.getText())
          .join(' '),
      });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return properties;
}

describe('a duration', () => {
  const isDuration = (about: string): boolean =>
    /\b(milliseconds|in ms)\b/.test(about) && !/Unix epoch/.test(about);

  it('has a name that ends in Ms', () => {
    const misnamed = PROPERTIES.filter(
      ({ name, about }) =>
        isDuration(about) &&
        !name.endsWith('Ms') &&
        !FORMER_DURATIONS.has(name) &&
        !KEPT.includes(name),
    );
    expect(misnamed).toEqual([]);
    expect(PROPERTIES.filter(({ about }) => isDuration(about)).length).toBeGreaterThan(40);
  });

  it('says what its former name was', () => {
    for (const [former, name] of FORMER_DURATIONS) {
      const about = PROPERTIES.filter((property) => property.name === former);
      expect(about.length).toBeGreaterThan(0);
      for (const property of about)
        expect(property.about).toContain(`The former name of \`${name}\`, in milliseconds too`);
    }
  });
});

describe('a spelling of 0.x', () => {
  it.each([
    ['exactly-once', 'does the same as `at-least-once`'],
    ['medium', 'is the former name of `normal`, and means the same'],
  ])('%s says what it does', (spelling, meaning) => {
    const text = readFileSync('src/options/decorator-options.ts', 'utf8').replaceAll(
      /\s*\n\s*\*\s*/g,
      ' ',
    );
    const at = text.indexOf(`\`${spelling}\``);
    expect(text.slice(at, at + 120)).toContain(meaning);
  });
});

describe('the comments of the source', () => {
  const comments = FILES.flatMap(commentsOf);

  it('have no tags but those that are meant', () => {
    const tags = comments.flatMap(({ tags = [] }) => tags.map(({ tagName }) => tagName.text));
    expect([...new Set(tags)].filter((tag) => !TAGS.includes(tag))).toEqual([]);
    expect(comments.length).toBeGreaterThan(500);
  });

  it('show no backslash in front of an at sign or a brace, as editors would', () => {
    const escaped = comments
      .map((comment) => comment.getText())
      .filter((text) => /\\[@{}]/.test(text));
    expect(escaped).toEqual([]);
  });
});
