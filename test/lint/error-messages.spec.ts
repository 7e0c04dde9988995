import { expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { redactSecrets } from '../../src/errors/redact-secrets.js';

/** The texts of a file that have several words, such as messages of errors. */
function textsOf(file: string): string[] {
  const source = ts.createSourceFile(
    file,
    readFileSync(file, 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) texts.push(node.text);
    if (ts.isTemplateExpression(node)) texts.push(node.getText());
    ts.forEachChild(node, visit);
  };
  visit(source);
  return texts.filter((text) => text.split(' ').length > 2);
}

it('the log shows the texts of the library whole', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !/\.spec\.tsx?$/.test(file))
    .map((file) => path.join('src', file));
  const texts = files.flatMap(textsOf);
  expect(texts.length).toBeGreaterThan(200);
  expect(texts.filter((text) => redactSecrets(text) !== text)).toEqual([]);
});
