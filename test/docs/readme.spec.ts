import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { snippetsOf, typeFaults } from '../support/snippets.js';

/** What the reader has before the README begins: a graph. */
const GRAPH = `
import { MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
export const graph = new StateGraph(MessagesAnnotation).addNode('answer', () => ({ messages: [] })).addEdge(START, 'answer').compile();
`;

const links = (document: string): string[] =>
  [...readFileSync(document, 'utf8').matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, target = '']) =>
    join(dirname(document), target),
  );

describe('the README', () => {
  it('has snippets that compile against the library', () => {
    const snippets = snippetsOf('README.md');
    expect([...snippets.keys()]).toEqual([
      'app.module.ts',
      'page.ts',
      'auth.ts',
      'answer.service.ts',
      'client.ts',
      'follow.controller.ts',
      'redis-log.spec.ts',
    ]);
    expect(typeFaults(new Map([...snippets, ['graph.ts', GRAPH]]))).toEqual([]);
  }, 60_000);

  it('stays short enough to read', () => {
    expect(readFileSync('README.md', 'utf8').split('\n').length).toBeLessThan(250);
  });

  it('links to pages that exist', () => {
    expect(links('README.md').filter((target) => !existsSync(target))).toEqual([]);
  });
});
