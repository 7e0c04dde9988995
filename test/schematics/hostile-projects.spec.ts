import { describe, expect, it } from '@jest/globals';
import { HOSTILE_PROJECTS } from './hostile-projects.js';
import { filesOf, runSchematic } from './run-schematic.js';

const ALL = Object.values(HOSTILE_PROJECTS).flat();

describe.each(Object.entries(HOSTILE_PROJECTS))('nest add in a project %s', (_, projects) => {
  it.each(projects)('$name', async (project) => {
    const { options = {}, module, contains = [], lacks = [], calls, ranges = {}, says } = project;
    const { manifest = '/package.json' } = project;
    const first = await runSchematic('nest-add', options, project.make());
    const text = first.tree.readText(module);
    for (const part of contains) expect(text).toMatch(part);
    for (const part of lacks) expect(text).not.toMatch(part);
    if (calls !== undefined) expect(text.match(/\.forRoot\(/g) ?? []).toHaveLength(calls);
    const { dependencies } = JSON.parse(first.tree.readText(manifest)) as {
      dependencies: Record<string, string>;
    };
    expect(dependencies).toMatchObject(ranges);
    if (says !== undefined) expect(first.lines.join('\n')).toContain(says);
    const files = filesOf(first.tree);
    const second = await runSchematic('nest-add', options, first.tree);
    expect(filesOf(second.tree)).toEqual(files);
    expect(second.tasks).toEqual([]);
  });
});

it('is a table of 60 projects or more', () => {
  expect(ALL.length).toBeGreaterThanOrEqual(60);
});
