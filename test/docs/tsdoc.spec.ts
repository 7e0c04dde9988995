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
