import { describe, expect, it } from '@jest/globals';
import { consumerFiles } from '../support/consumer.js';
import { typeFaults } from '../support/snippets.js';

describe('an application', () => {
  it('switches over every type of update, its own included, without a cast', () => {
    const files = consumerFiles();
    expect([...files.keys()]).toEqual(expect.arrayContaining(['client.ts', 'page.ts', 'show.ts']));
    expect(typeFaults(files)).toEqual([]);
  }, 60_000);
});
